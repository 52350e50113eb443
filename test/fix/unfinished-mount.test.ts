import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, test } from 'node:test';
import { runPrestart } from '../cli/run-prestart.js';
import { LockFile } from '../../src/fix/lock.js';
import type { RunSettings } from '../../src/host/host.js';
import { unknown } from '../../src/host/probe.js';
import type { ExampleMachine } from '../../src/rules/rule.js';
import { sessionOn } from '../cli/session.js';
import { crioConfigText } from './correct.js';
import { checkHost } from '../../src/check/check-host.js';
import { CHECK } from './correct.js';
import { machineHost } from '../rules/machine.js';
import { ChangingHost } from './changing-host.js';
import { ledgerIn } from './held-lock.js';

const machine = (mounted: 'yes' | 'no'): ExampleMachine => ({
  files: { '/usr/bin/flock': '' },
  datasets: [
    { name: 'tank', mountpoint: 'none' },
    { name: 'tank/crio', mountpoint: '/var/lib/crio', mounted },
  ],
});

/** A machine on which `zfs mount` hangs in the kernel, so that killing it does not end it. */
class HangingMount extends ChangingHost {
  override run(program: string, args: readonly string[], settings?: RunSettings) {
    const answer = super.run(program, args, settings);
    return args[0] === 'mount'
      ? Promise.resolve(unknown('timeout', 'run zfs mount', 'it did not end before the deadline'))
      : answer;
  }
}

let root = '';
beforeEach(() => {
  root = fs.mkdtempSync(`${fs.realpathSync(tmpdir())}/crio-guard-unfinished-`);
});
afterEach(() => fs.rmSync(root, { recursive: true }));

test('a mount that does not end stops the start, and is left in place when it arrives later', async () => {
  const own = {
    ledger: ledgerIn(`${root}/state`),
    lock: new LockFile(`${root}/run`, process.getuid?.() ?? 0),
  };
  const { diagnosis } = await checkHost(machineHost(machine('no')), CHECK);
  const { configuration } = diagnosis;
  assert.ok(configuration.kind === 'resolved');
  const hanging = new HangingMount(machine('no'), [], () => crioConfigText(configuration.storage));
  const first = await runPrestart(sessionOn(hanging).session, own);
  first.lock?.release();
  assert.equal(first.stop, true);
  assert.equal(first.report.correction.state, 'undone', first.report.correction.refusal);
  assert.match(first.report.correction.refusal ?? '', /it may still take effect later/);
  assert.ok(hanging.ran.includes('zfs mount tank/crio'));

  const arrived = new HangingMount(machine('yes'), []);
  const second = await runPrestart(sessionOn(arrived).session, own);
  second.lock?.release();
  assert.equal(second.stop, false);
  const changes = [...hanging.ran, ...arrived.ran].filter((line) => line.startsWith('zfs unmount'));
  assert.deepEqual(changes, []);
  const read = own.ledger.read();
  assert.ok(!('error' in read));
  assert.deepEqual(
    read.entries.map(({ status, actions }) => [status, actions]),
    [['undone', []]],
  );
});
