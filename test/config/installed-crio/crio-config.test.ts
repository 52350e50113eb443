import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { askCrio, confirmWithCrio } from '../../../src/config/installed-crio/crio-config.js';
import { parseCrioConfigOutput } from '../../../src/config/installed-crio/crio-config-output.js';
import { known, unknown } from '../../../src/host/probe.js';
import { MemoryHost } from '../../host/memory-host.js';
import { resolve } from '../resolve.js';

const OUTPUT = `# The CRI-O configuration file.

[crio]

# Path to the "root directory".
root = "/srv/a"b"

# Path to the "run directory".
# runroot = "/run/containers/storage"

# imagestore = ""

storage_driver = "zfs"

# List to pass options to the storage driver.
storage_option = [
\t"zfs.fsname=tank/c",
\t"a=\\"b\\" \\u00e9\\x07\\U0001f600",
]

# log_dir = "/var/log/crio/pods"

[crio.api]
# listen = "/var/run/crio/crio.sock"
`;

describe('parseCrioConfigOutput', () => {
  it('reads commented and bare values and the list', () => {
    assert.deepEqual(parseCrioConfigOutput(OUTPUT), {
      root: '/srv/a"b',
      runroot: '/run/containers/storage',
      imagestore: '',
      driver: 'zfs',
      options: ['zfs.fsname=tank/c', 'a="b" \u00e9\x07\u{1F600}'],
    });
  });
  it('reads a list that equals the default', () => {
    const text = OUTPUT.replace(/storage_option = \[\n[^\]]*\]/, '# storage_option = [\n# \t"a=b",\n# ]');
    assert.deepEqual(parseCrioConfigOutput(text)?.options, ['a=b']);
    assert.deepEqual(parseCrioConfigOutput(text.replace('# \t"a=b",\n', ''))?.options, []);
  });
  it('gives up on anything else', () => {
    for (const text of [
      '',
      OUTPUT.replace('root = ', 'roots = '),
      OUTPUT.replace('\t"zfs', '\tzfs'),
      '[crio.api]\n',
    ]) {
      assert.equal(parseCrioConfigOutput(text), undefined);
    }
  });
});

describe('confirmWithCrio', () => {
  const invocation = {
    program: '/usr/bin/crio',
    flags: ['--root', '/x', 'wipe'],
    environment: new Map([['A', 'b']]),
    workingDirectory: '/',
  };
  const answering = (exitCode: number, stdout: string, stderr = ''): MemoryHost =>
    new MemoryHost({ programs: { '/usr/bin/crio --root /x config': known({ exitCode, stdout, stderr }) } });
  const plain = (root: string): string =>
    `root = "${root}"\nrunroot = "/run/containers/storage"\nimagestore = ""\nstorage_driver = ""\nstorage_option = [\n]\n`;

  it('agrees and disagrees', async () => {
    const ours = await resolve({ flags: ['--root', '/x'] });
    assert.deepEqual(await confirmWithCrio(answering(0, plain('/x')), invocation, ours), { kind: 'agrees' });
    const other = await confirmWithCrio(answering(0, plain('/y')), invocation, ours);
    assert.equal(other.kind === 'disagrees' ? other.why : '', 'root is "/y" and not "/x"');
    const refused = await confirmWithCrio(
      answering(1, '', 'time="x" level=info msg="y"\ntime="x" level=fatal msg="get and \\"merge\\""\n'),
      invocation,
      ours,
    );
    assert.equal(refused.kind === 'disagrees' ? refused.why : '', 'CRI-O refuses it: get and "merge"');
  });

  it('agrees on a refusal, and is asked where nothing could be told', async () => {
    const ours = await resolve({ flags: ['--nosuch'] });
    const line = 'error loading server config: runroot must be set\n';
    assert.deepEqual(await confirmWithCrio(answering(1, '', line), invocation, ours), { kind: 'agrees' });
    const unknownConfiguration = { kind: 'unknown', why: 'x', notes: [] } as const;
    const answer = await confirmWithCrio(answering(1, '', line), invocation, unknownConfiguration);
    assert.equal(answer.kind === 'disagrees' && answer.answer.kind, 'refused');
  });

  it('is unavailable when CRI-O does not answer', async () => {
    const ours = await resolve({});
    const hosts = [
      new MemoryHost({}),
      new MemoryHost({ programs: { '/usr/bin/crio --root /x config': unknown('timeout', 'run', 'late') } }),
      answering(0, 'something else'),
      answering(2, '', ''),
    ];
    for (const host of hosts) {
      assert.equal((await confirmWithCrio(host, invocation, ours)).kind, 'unknown');
    }
    const missing = unknown('failed', 'ask systemd', 'no').why;
    assert.equal((await askCrio(answering(0, plain('/x')), { ...invocation, missing })).kind, 'unknown');
  });
});
