import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection } from '../../src/bus/connection.js';
import type { Request } from '../../src/bus/message.js';

/** Why the tests that need a real bus are left out; false when they are not. */
export const withoutDaemon: string | false =
  spawnSync('dbus-daemon', ['--version']).status === 0
    ? false
    : 'NOT TESTED for lack of dbus-daemon (package dbus-daemon or dbus): the service on a real bus. ' +
      'Only "make test-vm" tests it then (test/vm/scenarios/60-dbus.sh).';

// The reason of a skipped test is easily overlooked in a thousand lines of ok.
if (withoutDaemon !== false) process.stderr.write(`\n*** ${withoutDaemon}\n\n`);

/** A real dbus-daemon with a policy like the system bus's, for one test. */
export class PrivateBus {
  private daemon: ChildProcess | undefined;

  private constructor(readonly directory: string) {}

  static async start(): Promise<PrivateBus> {
    const directory = mkdtempSync(join(tmpdir(), 'crio-guard-dbus-'));
    const bus = new PrivateBus(directory);
    mkdirSync(join(directory, 'services'));
    writeFileSync(join(directory, 'bus.conf'), configuration(directory));
    await bus.restart();
    return bus;
  }

  get address(): string {
    return `unix:path=${join(this.directory, 'bus')}`;
  }

  /** Has the bus start `command` when somebody calls `name`. */
  activates(name: string, command: readonly string[]): void {
    const text = `[D-BUS Service]\nName=${name}\nExec=${command.join(' ')}\n`;
    writeFileSync(join(this.directory, 'services', `${name}.service`), text);
  }

  async restart(): Promise<void> {
    this.kill();
    rmSync(join(this.directory, 'bus'), { force: true });
    const config = `--config-file=${join(this.directory, 'bus.conf')}`;
    this.daemon = spawn('dbus-daemon', [config, '--nofork', '--print-address=1'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await new Promise((resolve) => this.daemon?.stdout?.once('data', resolve));
  }

  /** A daemon that is gone from one moment to the next. */
  kill(): void {
    this.daemon?.kill('SIGKILL');
  }

  async connect(): Promise<Connection> {
    const connection = await Connection.open(this.address, 5000, () => undefined);
    if ('error' in connection) throw new Error(connection.error);
    return connection;
  }

  stop(): void {
    this.kill();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** A call of the service's own interface. */
export const guardCall = (member: string, more: Partial<Request> = {}): Request => ({
  destination: 'io.github.crioguard.Guard1',
  path: '/io/github/crioguard/Guard1',
  interface: 'io.github.crioguard.Guard1',
  member,
  // For a machine that has a lot else to do; what must end sooner says so.
  limit: 60_000,
  ...more,
});

export const getProperty = (name: string): Request =>
  guardCall('Get', {
    interface: 'org.freedesktop.DBus.Properties',
    signature: 'ss',
    body: ['io.github.crioguard.Guard1', name],
  });

const configuration = (directory: string): string => `<!DOCTYPE busconfig PUBLIC
 "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <listen>unix:path=${join(directory, 'bus')}</listen>
  <servicedir>${join(directory, 'services')}</servicedir>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/>
    <allow own="*"/>
    <allow send_type="method_call"/>
    <allow send_type="signal"/>
    <allow send_type="method_return"/>
    <allow send_type="error"/>
    <allow receive_type="method_call"/>
    <allow receive_type="method_return"/>
    <allow receive_type="error"/>
    <allow receive_type="signal"/>
    <deny own="org.example.Denied"/>
  </policy>
  <limit name="max_replies_per_connection">50000</limit>
</busconfig>
`;
