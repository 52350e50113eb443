import type { Execution, Host, RunSettings } from '../../src/host/host.js';
import { known, type Probe } from '../../src/host/probe.js';
import type { ExampleMachine } from '../../src/rules/rule.js';
import { machineHost } from '../rules/machine.js';

/** A program: how its command line begins, what it says, and the machine after it, where it changes that. */
export interface Change {
  readonly command: string;
  readonly exitCode?: number;
  readonly stdout?: string;
  readonly stderr?: string;
  readonly then?: ExampleMachine;
}

/**
 * A machine that programs change. Everything else is asked of the machine as it is by then; `crio config`
 * prints what it is told to.
 */
export class ChangingHost implements Host {
  readonly ran: string[] = [];
  private now: Host;

  constructor(
    before: ExampleMachine,
    private readonly changes: readonly Change[],
    private readonly printed: () => string = () => '',
  ) {
    this.now = machineHost(before);
  }

  readonly readFile: Host['readFile'] = (path, limit) => this.now.readFile(path, limit);
  readonly stat: Host['stat'] = (path) => this.now.stat(path);
  readonly lstat: Host['lstat'] = (path) => this.now.lstat(path);
  readonly readLink: Host['readLink'] = (path) => this.now.readLink(path);
  readonly readDirectory: Host['readDirectory'] = (path) => this.now.readDirectory(path);
  readonly statFileSystem: Host['statFileSystem'] = (path) => this.now.statFileSystem(path);
  readonly environment: Host['environment'] = (name) => this.now.environment(name);
  readonly userId: Host['userId'] = () => this.now.userId();

  run(program: string, args: readonly string[], settings?: RunSettings): Promise<Probe<Execution>> {
    const line = [program.slice(program.lastIndexOf('/') + 1), ...args].join(' ');
    this.ran.push(line);
    if (line === 'crio config') return answer(0, this.printed());
    const change = this.changes.find(({ command }) => line.startsWith(command));
    if (change === undefined) return this.now.run(program, args, settings);
    if (change.then !== undefined) this.now = machineHost(change.then);
    return answer(change.exitCode ?? 0, change.stdout ?? '', change.stderr ?? '');
  }
}

const answer = (exitCode: number, stdout: string, stderr = ''): Promise<Probe<Execution>> =>
  Promise.resolve(known({ exitCode, stdout, stderr }));
