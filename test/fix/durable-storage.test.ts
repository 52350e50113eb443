import assert from 'node:assert/strict';
import { test } from 'node:test';
import { whyNotDurable, whyNotReadable } from '../../src/fix/durable-storage.js';
import { LedgerFile } from '../../src/fix/ledger.js';
import { durableLedger } from '../../src/fix/open-ledger.js';
import type { Host } from '../../src/host/host.js';
import { unknown } from '../../src/host/probe.js';
import type { ExampleMachine } from '../../src/rules/rule.js';
import { machineHost } from '../rules/machine.js';

const STATE = '/var/lib/crio-guard';
const durable = (machine: ExampleMachine) => whyNotDurable(machineHost(machine), STATE);

test('state on the root file system lasts', async () => {
  assert.equal(await durable({}), undefined);
});

test('state below a mountpoint whose dataset or fstab entry is not mounted does not last', async () => {
  const datasets = (mounted: 'yes' | 'no', canmount: string) => [
    { name: 'tank', mountpoint: 'none' },
    { name: 'tank/state', mountpoint: '/var/lib', mounted, properties: { canmount } },
  ];
  assert.match((await durable({ datasets: datasets('no', 'on') })) ?? '', /\/var\/lib should be mounted/);
  assert.equal(await durable({ datasets: datasets('no', 'noauto') }), undefined);
  const fstab = (options: string) => ({ files: { '/etc/fstab': `LABEL=var /var ext4 ${options} 0 2\n` } });
  assert.match((await durable(fstab('defaults'))) ?? '', /\/var should be mounted/);
  assert.equal(await durable(fstab('defaults,nofail')), undefined);
});

test('state on storage that does not answer is neither read nor written', async () => {
  const host: Host = machineHost({});
  const hung = Object.assign(Object.create(host) as Host, {
    lstat: () => Promise.resolve(unknown('not-asked', `read ${STATE}`, 'the pool is SUSPENDED')),
  });
  assert.match((await whyNotReadable(hung, STATE, `${STATE}/ledger.json`))?.detail ?? '', /SUSPENDED/);
  assert.equal(await whyNotReadable(host, STATE, `${STATE}/ledger.json`), undefined);
});

test('where nothing lasts, only what ends with the boot is corrected', async () => {
  const missing = { files: { '/etc/fstab': 'LABEL=var /var ext4 defaults 0 2\n' } };
  const ledger = await durableLedger(machineHost(missing), new LedgerFile(STATE));
  assert.match(ledger.unavailable?.detail ?? '', /should be mounted/);
  assert.equal(ledger.path, '/run/crio-guard/ledger.json');
  assert.equal(
    ledger.whyNotKept([{ kind: 'mount-dataset', dataset: 'tank/a', mountpoint: '/a' }]),
    undefined,
  );
  assert.notEqual(ledger.whyNotKept([{ kind: 'make-directory', path: '/a', mode: 0o755 }]), undefined);
});
