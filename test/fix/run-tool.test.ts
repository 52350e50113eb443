import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runTool } from '../../src/fix/run-tool.js';
import { known } from '../../src/host/probe.js';
import { MemoryHost } from '../host/memory-host.js';

/** A machine whose modprobe ends so. */
function machine(stderr: string): MemoryHost {
  const path = '/usr/sbin/modprobe';
  const host = new MemoryHost({
    files: { [path]: '' },
    programs: { [`${path} -b zfs`]: known({ exitCode: 1, stdout: '', stderr }) },
  });
  const stat = host.stat.bind(host);
  host.stat = async (asked) => {
    const answer = await stat(asked);
    return answer.state === 'known' && asked === path ? known({ ...answer.value, mode: 0o755 }) : answer;
  };
  return host;
}

test('a tool that fails without a word has failed for a reason all the same', async () => {
  for (const [stderr, why] of [
    ['', 'modprobe -b zfs: it ended with exit code 1 and without a message'],
    [' \n', 'modprobe -b zfs: it ended with exit code 1 and without a message'],
    ['no such module\n', 'modprobe -b zfs: no such module'],
  ] as const)
    assert.deepEqual(await runTool(machine(stderr), 'modprobe', ['-b', 'zfs']), {
      kind: 'failed',
      why,
      unfinished: false,
    });
});
