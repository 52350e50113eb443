import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { GUARD_ENVIRONMENT_FILE } from '../../src/config/service/unit-environment.js';
import { isRecord, parseRecord } from '../../src/text/json-record.js';
import { BuiltProgram } from './built-program.js';
import { ADDED, KATA, kataNode } from './kata-node.js';

const skip = BuiltProgram.lacking ?? false;
const guard = kataNode();
const STORAGE_CONF = guard.read('/etc/containers/storage.conf') ?? '';
after(() => guard.close());

/** What the run before a start leaves in the file for crio.service, and what it says of the correction. */
function start(environment = {}) {
  const { stdout, stderr } = guard.run(['--prestart'], environment);
  const report = parseRecord(guard.read('/run/crio-guard/report.json') ?? '') ?? {};
  const correction = isRecord(report['correction']) ? report['correction'] : {};
  const variables = guard.read(GUARD_ENVIRONMENT_FILE)?.match(/^[A-Z_]+=.*$/gm) ?? [];
  const notSeenBy = JSON.stringify(correction).match(/"notSeenBy":\[[^\]]*\]/g);
  return { stops: stdout === 'stop\n', variables, state: correction['state'], notSeenBy, why: stderr };
}

const VARIABLE = 'CONTAINER_STORAGE_OPT=zfs.fsname=tank/crio';

test(
  'the option of kata-deploy is taken out before a start, and only as long as it is there',
  { skip },
  () => {
    guard.write(KATA, ADDED);
    const first = start();
    assert.deepEqual(
      [first.stops, first.state, first.variables],
      [false, 'applied', [VARIABLE]],
      first.why + (guard.read('/run/crio-guard/report.json') ?? ''),
    );
    assert.deepEqual(first.notSeenBy, ['"notSeenBy":["podman","crio-wipe.service","crio by hand"]']);
    // The file of another program stays as it is.
    assert.equal(guard.read(KATA), ADDED);
    const inherited = { CONTAINER_STORAGE_OPT: 'zfs.fsname=tank/crio' };
    const second = start(inherited);
    assert.deepEqual([second.stops, second.variables], [false, [VARIABLE]], second.why);
    guard.write(KATA, '');
    const mended = start(inherited);
    assert.deepEqual([mended.stops, mended.variables], [false, []], mended.why);
    assert.equal(guard.read(GUARD_ENVIRONMENT_FILE), undefined);
    // Written again at the next deployment of Kata.
    guard.write(KATA, ADDED);
    assert.deepEqual(start().variables, [VARIABLE]);
  },
);

test('it is refused where a value that stays has a comma, and the start is stopped', { skip }, () => {
  guard.remove('/run/crio-guard', '/var/lib/crio-guard');
  guard.write(KATA, ADDED);
  const conf = guard.read('/etc/containers/storage.conf') ?? '';
  guard.write('/etc/containers/storage.conf', `${conf}mountopt = "nodev,noatime"\n`);
  const { stops, state, variables } = start();
  assert.deepEqual([stops, state, variables], [true, 'refused', []]);
});

test(
  'what is made anew gets the label of the SELinux policy, and what is replaced keeps its own',
  { skip },
  () => {
    guard.remove('/run/crio-guard', '/var/lib/crio-guard');
    guard.write('/etc/containers/storage.conf', STORAGE_CONF);
    guard.write('/sys/fs/selinux/enforce', '0');
    guard.program('restorecon', 'echo "$*" >>/labelled');
    assert.equal(start().state, 'applied');
    assert.equal(guard.read('/labelled'), `${GUARD_ENVIRONMENT_FILE}\n`);
    guard.remove('/run/crio-guard', '/var/lib/crio-guard');
    guard.program('restorecon', 'echo "no such context" >&2; exit 1');
    const { state, variables } = start();
    assert.deepEqual([state, variables], ['undone', []]);
  },
);
