import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, test } from 'node:test';
import { BuiltProgram } from './built-program.js';
import { ADDED, KATA, kataNode } from './kata-node.js';

const skip = BuiltProgram.lacking ?? false;
const CONF = '/etc/containers/storage.conf';

const guard = kataNode();
after(() => guard.close());
const healthy = guard.read(CONF) ?? '';
// Where journald listens: something that is there and is neither file nor directory.
guard.write('/run/systemd/journal/.keep', '');
spawnSync('mkfifo', [`${guard.root}/run/systemd/journal/socket`]);
const TAKES = '{ cat; printf "\\n\\0"; } >>/records';
guard.program('logger', TAKES);

type Record = ReadonlyMap<string, readonly string[]>;

/** The fields of a record that has no value with a line break, which are those that the test reads. */
function recordOf(text: string): Record {
  const fields = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const at = line.indexOf('=');
    if (at > 0 && /^[A-Z_]+$/.test(line.slice(0, at)))
      fields.set(line.slice(0, at), [...(fields.get(line.slice(0, at)) ?? []), line.slice(at + 1)]);
  }
  return fields;
}

/** What one start hands to the journal. */
function start(environment: Readonly<{ CONTAINER_STORAGE_OPT?: string }> = {}) {
  guard.remove('/records');
  const { stdout, stderr } = guard.run(['--prestart'], environment);
  const records = (guard.read('/records') ?? '').split('\0').slice(0, -1).map(recordOf);
  const all = (name: string) => records.flatMap((record) => record.get(name) ?? []);
  return { stops: stdout === 'stop\n', records, all, stderr };
}

test('a note is written once, and a healthy start after it is one record', { skip }, () => {
  guard.write('/etc/crio-guard/crio-guard.conf', 'ignore = ["CG505", "CG513"]\n');
  assert.deepEqual(start().all('CRIO_GUARD_CODE'), ['CG505', 'CG513']);
  const { records, all, stderr } = start();
  assert.equal(records.length, 1, stderr);
  assert.deepEqual(all('CRIO_GUARD_VERDICT'), ['ok']);
  assert.deepEqual(all('CRIO_GUARD_DECISION'), ['start']);
  assert.deepEqual(all('OBJECT_SYSTEMD_UNIT'), ['crio.service']);
  assert.deepEqual(all('SYSLOG_IDENTIFIER'), ['crio-guard']);
  assert.deepEqual(all('PRIORITY'), ['6']);
  assert.equal(stderr, '');
});

test('a correction is told when it is made, and not again at the next start', { skip }, () => {
  guard.write(KATA, ADDED);
  const made = start();
  assert.deepEqual(made.all('CRIO_GUARD_CORRECTION'), ['applied'], made.stderr);
  assert.ok(made.all('CRIO_GUARD_CODE').includes('CG111'));
  assert.equal(made.stops, false);
  const next = start({ CONTAINER_STORAGE_OPT: 'zfs.fsname=tank/crio' });
  assert.deepEqual(next.all('CRIO_GUARD_VERDICT'), ['ok'], JSON.stringify(next.records.map((r) => [...r])));
});

test('a start that is stopped says so at the priority of errors', { skip }, () => {
  guard.remove('/run/crio-guard', '/var/lib/crio-guard');
  guard.write(CONF, `${healthy}mountopt = "nodev,noatime"\n`);
  const { stops, all } = start();
  assert.equal(stops, true);
  assert.ok(all('CRIO_GUARD_DECISION').every((decision) => decision === 'stop'));
  assert.equal(all('PRIORITY')[0], '3');
  assert.deepEqual(all('CRIO_GUARD_CORRECTION'), ['refused']);
});

for (const [name, script] of [
  ['fails', 'exit 1'],
  ['never ends', 'exec sleep 600'],
] as const) {
  test(
    `with a logger that ${name} the records go to standard error, each line with its priority`,
    { skip },
    () => {
      guard.remove('/run/crio-guard', '/var/lib/crio-guard');
      guard.program('logger', script);
      const { stops, records, stderr } = start();
      guard.program('logger', TAKES);
      assert.equal(stops, true);
      assert.deepEqual(records, []);
      const lines = stderr.trimEnd().split('\n');
      assert.ok(lines.length > 2 && lines.every((line) => /^<[3-6]>/.test(line)), stderr);
    },
  );
}
