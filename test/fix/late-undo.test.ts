import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import type { ApprovedPlan, Plan } from '../../src/fix/actions.js';
import { apply } from '../../src/fix/apply.js';
import { Deadline } from '../../src/host/deadline.js';
import { LinuxHost } from '../../src/host/linux/linux-host.js';
import { heldLock, ledgerIn } from './held-lock.js';

/** Milliseconds; the first reload takes longer. The library that starts a change has to be loaded before. */
const DEADLINE = 2_000;

/** This machine, with a systemctl of its own: the first call hangs, the next one answers. */
function slowAtFirst(root: string): LinuxHost {
  const script = `test -e ${root}/called || { : >${root}/called; exec sleep 60; }; echo again >>${root}/called`;
  fs.writeFileSync(`${root}/systemctl`, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const deadline = Deadline.in(DEADLINE);
  const environment = { PATH: '/usr/bin:/bin' };
  const host = new LinuxHost({ deadline, environment, userId: 0, program: '/' });
  const [stat, run] = [host.stat.bind(host), host.run.bind(host)];
  const own = (path: string): string => (path.endsWith('/systemctl') ? `${root}/systemctl` : path);
  host.stat = (path) => stat(own(path));
  host.run = (program, args, settings) => run(own(program), args, settings);
  return host;
}

test('the last step outlives the deadline, and is undone all the same', async () => {
  const root = fs.mkdtempSync(`${fs.realpathSync(tmpdir())}/crio-guard-late-`);
  try {
    fs.mkdirSync(`${root}/etc`);
    const ledger = ledgerIn(`${root}/state`);
    const plan: Plan = {
      code: 'CG310',
      actions: [
        {
          kind: 'write-file',
          path: `${root}/etc/20.conf`,
          content: 'x\n',
          mode: 0o644,
          previous: null,
          reloadsSystemd: true,
        },
      ],
      expects: { kind: 'finding-gone' },
    };
    const applied = await apply({
      host: slowAtFirst(root),
      // Stands in for prove(), the only maker of approved plans.
      plan: plan as ApprovedPlan,
      ledger,
      lock: heldLock(),
      id: 'one',
      time: new Date(0),
      verify: () => Promise.resolve(undefined),
    });
    assert.equal(applied.kind, 'undone', JSON.stringify(applied));
    assert.match(applied.why, /did not end before the deadline/);
    assert.deepEqual(fs.readdirSync(`${root}/etc`), []);
    assert.equal(fs.readFileSync(`${root}/called`, 'utf8'), 'again\n');
    const read = ledger.read();
    assert.ok(!('error' in read));
    assert.deepEqual(
      read.entries.map(({ status }) => status),
      ['undone'],
    );
  } finally {
    fs.rmSync(root, { recursive: true });
  }
});
