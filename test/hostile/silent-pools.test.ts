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

test('CG006 names the pool whose disk has stopped answering', { skip }, () => {
  const pool = SILENT_POOLS.find(({ state, at }) => state === 'ONLINE' && at === '/var/lib/crio');
  assert.ok(pool !== undefined);
  node?.write('/proc/spl/kstat/zfs/tank/state', 'ONLINE\n');
  const { silent, at } = pool;
  const run = node?.run(['--check'], {}, { silent, dataset: { name: 'tank/x', at } });
  assert.equal(run?.status, 2);
  const words = run.stdout.replace(/\s+/g, ' ');
  assert.match(words, /CG006: [^]*the dataset tank\/x of the pool tank did not answer/);
});

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
