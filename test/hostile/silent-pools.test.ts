import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { BuiltProgram } from '../cli/built-program.js';
import { healthyNode } from './healthy-node.js';
import { lackOfSilence } from './silent-paths.js';
import { faultOfPool, nodeWithPool, SILENT_POOLS } from './silent-pools.js';

const skip = lackOfSilence() ?? false;
const node = skip === false ? nodeWithPool() : undefined;
after(() => node?.close());

/** Every place in every state is tried by `make hostile`; here each place and each state once. */
const SOME = SILENT_POOLS.filter(({ at, state }) => at === '/var/lib' || state === 'SUSPENDED');

for (const pool of SOME) {
  test(`a run ends and names the pool, with ${pool.at} on one that is ${pool.state}`, { skip }, () => {
    assert.ok(node !== undefined);
    assert.equal(faultOfPool(node, pool), undefined);
  });
}

for (const [state, at, why] of [
  ['ONLINE', '/var/lib/crio', 'of the pool tank did not answer'],
  ['SUSPENDED', '/etc/containers', 'the pool tank, which is SUSPENDED'],
] as const) {
  test(`CG006 names the pool of ${at}, which is ${state} and does not answer`, { skip }, () => {
    const pool = SILENT_POOLS.find((one) => one.state === state && one.at === at);
    assert.ok(pool !== undefined);
    node?.write('/proc/spl/kstat/zfs/tank/state', `${state}\n`);
    const how = { silent: pool.silent, dataset: { name: 'tank/x', at } };
    const run = node?.run(['--check'], {}, how);
    assert.equal(run?.status, 2);
    const [, finding = ''] = run.stdout.replace(/\s+/g, ' ').split('CG006: ');
    assert.ok(finding.includes(why), run.stdout);
  });
}

test(
  'without /proc a start ends at once, says why, and lets CRI-O start',
  { skip: BuiltProgram.lacking ?? false },
  () => {
    const bare = healthyNode(30);
    try {
      const { status, stdout, stderr } = bare.run(['--prestart'], {}, { isWithoutProc: true });
      assert.deepEqual([status, stdout], [0, '']);
      const why = stderr.split('\n').filter((line) => line.includes('CG006'));
      assert.ok(
        why.some((line) => line.includes('/proc/self/mountinfo: ENOENT')),
        stderr,
      );
      assert.doesNotMatch(stderr, /internal error|^\s+at /m);
      const check = bare.run(['--check', '--json'], {}, { isWithoutProc: true });
      assert.equal(check.status, 2);
      assert.match(check.stdout, /"verdict": "unknown"/);
    } finally {
      bare.close();
    }
  },
);
