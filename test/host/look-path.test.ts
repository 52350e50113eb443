import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lookPath } from '../../src/host/look-path.js';
import { absent, known } from '../../src/host/probe.js';
import { MachineHost } from '../rules/machine-host.js';
import { mountTable } from '../rules/machine-mounts.js';

const host = new MachineHost({ files: { '/usr/sbin/zfs': '' }, directories: ['/opt/zfs'] }, mountTable({}));

test('a program is looked up as exec.LookPath does', async () => {
  const found = known('/usr/sbin/zfs');
  const answers = [
    ['/opt:/usr/sbin', found],
    ['//usr//sbin/', found],
    ['/usr/bin:/nowhere', absent()],
    ['', absent()],
    // What is found through a relative entry, Go refuses, and looks no further.
    ['usr/sbin:/usr/sbin', absent()],
    [':/usr/sbin', found],
    ['nowhere:/usr/sbin', found],
  ] as const;
  for (const [path, answer] of answers) {
    assert.deepEqual(await lookPath(host, 'zfs', path), answer, path);
  }
});
