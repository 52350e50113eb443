import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { resolveConfiguration } from '../../../src/config/effective.js';
import { NEWEST_SUPPORTED } from '../../../src/config/installed-crio/crio-version.js';
import { missingOf, readInvocation } from '../../../src/config/service/invocation.js';
import { GUARD_ENVIRONMENT_FILE } from '../../../src/config/service/unit-environment.js';
import { UNIT_PROPERTIES } from '../../../src/config/service/unit.js';
import { known, unknown } from '../../../src/host/probe.js';
import { MemoryHost, unreadable, type MemoryHostContent } from '../../host/memory-host.js';

const SHOW = ['/usr/bin/systemctl show crio.service', ...UNIT_PROPERTIES.map((name) => `-p ${name}`)].join(
  ' ',
);
const MANAGER = '/usr/bin/systemctl show-environment';
const BUS =
  '/usr/bin/busctl --json=short get-property org.freedesktop.systemd1 /org/freedesktop/systemd1/unit/crio_2eservice org.freedesktop.systemd1.Service ExecStart';
const output = (stdout: string, exitCode = 0) =>
  known({ exitCode, stdout, stderr: exitCode === 0 ? '' : 'no' });

interface UnitText {
  readonly line?: string;
  readonly more?: readonly string[];
  readonly bus?: string;
  readonly host?: MemoryHostContent;
}

function hostWith({ line = '/usr/bin/crio', more = [], bus, host = {} }: UnitText): MemoryHost {
  const command = `{ path=/usr/bin/crio ; argv[]=${line} ; ignore_errors=no ; start_time=[n/a] ; stop_time=[n/a] ; pid=0 ; code=(null) ; status=0/0 }`;
  return new MemoryHost({
    ...host,
    files: { '/usr/bin/systemctl': '', '/usr/bin/busctl': '', '/usr/bin/crio': '', ...host.files },
    directories: ['/run/systemd/system'],
    programs: {
      [SHOW]: output(['LoadState=loaded', `ExecStart=${command}`, ...more].join('\n')),
      [MANAGER]: output('LANG=C\nPATH=/sbin:/bin\nX=$\'a\\nb\'\n'),
      ...(bus === undefined ? {} : { [BUS]: output(bus) }),
      ...host.programs,
    },
  }); // prettier-ignore
}

describe('readInvocation', () => {
  it('in ExecStartPre takes what it inherited, unless a file of its own has changed it since', async () => {
    const files = (text: string | undefined): Record<string, string> =>
      text === undefined ? {} : { [GUARD_ENVIRONMENT_FILE]: text };
    for (const [text, driver] of [
      [undefined, 'inherited'],
      ['STORAGE_DRIVER=zfs\n', 'zfs'],
      ['', undefined],
    ] as const) {
      const host = hostWith({
        more: [`EnvironmentFiles=${GUARD_ENVIRONMENT_FILE} (ignore_errors=yes)`],
        host: { files: files(text), environment: { STORAGE_DRIVER: 'inherited' } },
      });
      const { environment } = await readInvocation(host, { inherited: true });
      assert.equal(environment.get('STORAGE_DRIVER'), driver);
    }
  });

  it('by hand sees what the service would see, and not the shell', async () => {
    const host = hostWith({
      line: '/usr/bin/crio $OPTIONS --log-level=info',
      more: [
        'Environment=OPTIONS=no "CONTAINER_ROOT=/a b"',
        'EnvironmentFiles=/etc/default/crio (ignore_errors=yes)',
        'EnvironmentFiles=/etc/none (ignore_errors=yes)',
        'UnsetEnvironment=LANG X=other',
      ],
      host: {
        files: { '/etc/default/crio': 'OPTIONS="--root /x"\n' },
        environment: { CONTAINER_ROOT: '/shell' },
      },
    });
    const invocation = await readInvocation(host, { inherited: false });
    assert.equal(missingOf(invocation), undefined);
    assert.equal(invocation.program, '/usr/bin/crio');
    assert.equal(invocation.workingDirectory, '/');
    assert.deepEqual(invocation.flags, ['--root', '/x', '--log-level=info']);
    assert.deepEqual(Object.fromEntries(invocation.environment), {
      PATH: '/sbin:/bin',
      X: 'a\nb',
      OPTIONS: '--root /x',
      CONTAINER_ROOT: '/a b',
    });
  });

  it('in ExecStartPre takes the variables that it inherits', async () => {
    const host = hostWith({
      line: '/usr/bin/crio $OPTIONS',
      host: { environment: { OPTIONS: '--root /x', STORAGE_DRIVER: 'vfs', ANY: 'thing' } },
    });
    const invocation = await readInvocation(host, { inherited: true });
    assert.deepEqual(invocation.flags, ['--root', '/x']);
    assert.equal(invocation.environment.get('ANY'), 'thing');
    assert.equal(invocation.environment.has('NONE'), false);
    assert.ok([...invocation.environment.keys()].includes('STORAGE_DRIVER'));
    assert.deepEqual(host.ran, [SHOW]);
  });

  it('asks the bus when a word was torn', async () => {
    const bus =
      '{"type":"a(sasbttttuii)","data":[["/usr/bin/crio",["crio","--root=/a b"],false,0,0,0,0,0,0,0]]}';
    const line = '/usr/bin/crio --root=/a b';
    const torn = await readInvocation(hostWith({ line, bus }), { inherited: true });
    assert.deepEqual(torn.flags, ['--root=/a b']);
    const silent = await readInvocation(hostWith({ line }), { inherited: true });
    assert.notEqual(missingOf(silent), undefined);
  });

  it('lets flags be assumed', async () => {
    const invocation = await readInvocation(hostWith({}), { inherited: true, flags: ['--root=/y'] });
    assert.deepEqual(invocation.flags, ['--root=/y']);
  });

  it('assumes the defaults of CRI-O without systemd or without the unit', async () => {
    const bare = new MemoryHost({
      files: { '/usr/local/bin/crio': '' },
      environment: { CONTAINER_ROOT: '/x' },
    });
    const invocation = await readInvocation(bare, { inherited: false });
    assert.equal(invocation.program, '/usr/local/bin/crio');
    assert.equal(invocation.environment.get('CONTAINER_ROOT'), '/x');
    assert.equal(missingOf(invocation), undefined);
    const none = hostWith({ host: { programs: { [SHOW]: output('LoadState=not-found') } } });
    assert.equal(missingOf(await readInvocation(none, { inherited: false })), undefined);
  });

  const unknownUnits: readonly (readonly [string, UnitText])[] = [
    ['systemctl fails', { host: { programs: { [SHOW]: output('', 1) } } }],
    ['systemctl does not answer', { host: { programs: { [SHOW]: unknown('timeout', 'run it', 'late') } } }],
    ["systemd's environment is not told", { host: { programs: { [MANAGER]: output('', 1) } } }],
    ['a file of variables cannot be read', {
      more: ['EnvironmentFiles=/etc/e (ignore_errors=yes)'], host: { failing: { '/etc/e': unreadable('/etc/e') } } }],
    ['a file of variables is missing', { more: ['EnvironmentFiles=/etc/e (ignore_errors=no)'] }],
    ['a file of variables is a pattern', { more: ['EnvironmentFiles=/etc/*.env (ignore_errors=yes)'] }],
    ['the service has a root directory of its own', { more: ['RootDirectory=/srv/root'] }],
  ]; // prettier-ignore
  for (const [name, text] of unknownUnits) {
    it(`says nothing when ${name}`, async () => {
      const host = hostWith(text);
      const invocation = await readInvocation(host, { inherited: false });
      assert.notEqual(missingOf(invocation), undefined);
      const configuration = await resolveConfiguration(host, invocation, NEWEST_SUPPORTED);
      assert.equal(configuration.kind, 'unknown');
    });
  }
});
