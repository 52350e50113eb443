import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ExampleMachine } from '../../../src/rules/rule.js';
import { machineHost } from '../../rules/machine.js';
import { correctOn } from '../correct.js';

type Files = NonNullable<ExampleMachine['files']>;

const unmounted = (files: Files = {}, properties: Readonly<Record<string, string>> = {}): ExampleMachine => ({
  datasets: [
    { name: 'tank', mountpoint: 'none', properties: { keylocation: 'file:///etc/zfs/key' } },
    { name: 'tank/crio', mountpoint: '/var/lib/crio', mounted: 'no', properties },
  ],
  files,
});

const correctionOf = async (machine: ExampleMachine) => (await correctOn(machineHost(machine))).correction;

test('what a failed start leaves is renamed aside; it is the same that CG302 calls by that name', async () => {
  const skeleton: Files = {
    // Of a start before graphroot was moved one directory down.
    '/var/lib/crio/storage.lock': '',
    '/var/lib/crio/containers/storage.lock': '',
    '/var/lib/crio/containers/userns.lock': '',
    '/var/lib/crio/containers/zfs/': '',
  };
  const { correction, checked } = await correctOn(machineHost(unmounted(skeleton)));
  assert.deepEqual(
    correction.actions.map(({ kind }) => kind),
    ['rename-directory', 'mount-dataset'],
  );
  const finding = checked.outcomes.findings.find(({ code }) => code === 'CG302');
  assert.ok(finding?.code === 'CG302');
  assert.equal(finding.data.skeletonOnly, true);
});

test('anything else stays visible', async () => {
  for (const files of [
    { '/var/lib/crio/notes.txt': 'mine' },
    { '/var/lib/crio/empty/': '' },
    { '/var/lib/crio/containers/storage.lock': 'not ours' },
    { '/var/lib/crio/containers/zfs/graph/': '' },
    { '/var/lib/crio/containers': 'a file where graphroot should be' },
  ]) {
    const { state, refusal } = await correctionOf(unmounted(files));
    assert.equal(state, 'refused', JSON.stringify(files));
    assert.match(refusal ?? '', /holds files/);
  }
});

test('a key is loaded for the dataset that encrypts, from the file that is named there', async () => {
  const inherited = { keystatus: 'unavailable', encryptionroot: 'tank', keylocation: 'none' };
  const { state, actions } = await correctionOf(unmounted({ '/etc/zfs/key': 'secret' }, inherited));
  assert.equal(state, 'planned');
  assert.equal(actions[0]?.description, 'load the key of tank from /etc/zfs/key');
});

test('no key, no mount', async () => {
  const own = { keystatus: 'unavailable', encryptionroot: 'tank/crio' };
  for (const [files, properties, why] of [
    [{}, { ...own, keylocation: 'prompt' }, /zfs load-key tank\/crio/],
    [{}, { ...own, keylocation: 'file:///etc/zfs/key' }, /not there or cannot be read/],
    [{ '/etc/zfs/key': '' }, { ...own, keylocation: 'file:///etc/zfs/key' }, /not there or cannot be read/],
  ] as const) {
    const { state, refusal } = await correctionOf(unmounted(files, properties));
    assert.equal(state, 'refused');
    assert.match(refusal ?? '', why);
  }
});

test('a dataset of a container is not mounted, whether CRI-O fails without it or starts', async () => {
  for (const [machine, code] of [
    [unmounted({}, { zoned: 'on' }), 'CG301'],
    [
      {
        graphroot: '/srv/crio/containers',
        datasets: [
          { name: 'tank', mountpoint: '/srv' },
          { name: 'tank/crio', mountpoint: '/srv/crio', mounted: 'no', properties: { zoned: 'on' } },
        ],
      },
      'CG410',
    ],
  ] as const) {
    const { correction, checked } = await correctOn(machineHost(machine));
    assert.deepEqual(correction.actions, []);
    const finding = checked.outcomes.findings.find((candidate) => candidate.code === code);
    assert.ok(finding?.code === 'CG301' || finding?.code === 'CG410');
    assert.equal(finding.data.zoned, true);
    assert.ok(!checked.outcomes.findings.some((candidate) => candidate.code === 'CG401'));
  }
  const { state } = await correctionOf(unmounted({}, { zoned: 'off' }));
  assert.equal(state, 'planned');
});

test('where whether it is zoned is not known, nothing is mounted', async () => {
  const { state, actions } = await correctionOf(unmounted({}, { zoned: 'what?' }));
  assert.deepEqual([state, actions], ['refused', []]);
});

test('a run with mounts of its own mounts nothing, since CRI-O would not see it', async () => {
  const inNamespaces = (ours: string, those: string) => ({
    ...unmounted(),
    symlinks: { '/proc/self/ns/mnt': `mnt:[${ours}]`, '/proc/1/ns/mnt': `mnt:[${those}]` },
  });
  assert.equal((await correctionOf(inNamespaces('1', '1'))).state, 'planned');
  assert.equal((await correctionOf(inNamespaces('2', '1'))).state, 'refused');
});
