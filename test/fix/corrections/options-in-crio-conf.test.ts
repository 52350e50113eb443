import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { GUARD_ENVIRONMENT_FILE } from '../../../src/config/service/unit-environment.js';
import type { ExampleMachine } from '../../../src/rules/rule.js';
import { ETC } from '../../config/resolve.js';
import { ChangingHost } from '../changing-host.js';
import { CHECK, correctOn, proposeOn } from '../correct.js';
import { heldLock, ledgerIn, writeEntries } from '../held-lock.js';
import { service, SYSTEMD } from '../service.js';

const ROOTS = 'graphroot = "/var/lib/crio/containers"\nrunroot = "/run/containers/storage"\n';
const KATA = '/etc/crio/crio.conf.d/99-kata-deploy';
const storageConf = (options: string): string =>
  `[storage]\ndriver = "zfs"\n${ROOTS}[storage.options.zfs]\n${options}`;
const adds = (...options: readonly string[]): string =>
  `[crio]\nstorage_option = ${JSON.stringify(options)}\n`;

/** kata-deploy on a node with ZFS: its file adds an option of overlay. */
function machine(change: ExampleMachine = {}): ExampleMachine {
  const own = { [ETC]: storageConf('fsname = "tank/crio"\n'), [KATA]: adds('overlay.skip_mount_home=true') };
  return { ...change, files: { ...SYSTEMD, ...own, ...change.files } };
}

const host = (before: ExampleMachine): ChangingHost =>
  new ChangingHost(before, service([GUARD_ENVIRONMENT_FILE]));

/** The lines of the file that set something. */
async function variablesOn(before: ExampleMachine): Promise<readonly string[]> {
  const { correction } = await correctOn(host(before));
  assert.deepEqual([correction.state, correction.code], ['planned', 'CG111'], correction.refusal);
  const [action, ...more] = correction.actions;
  assert.deepEqual([action?.description, more], [`write ${GUARD_ENVIRONMENT_FILE}`, []]);
  assert.equal(correction.afterwards?.outcome, 'starts');
  return action?.difference?.match(/(?<=^\+)[A-Z]\w*=.*$/gm) ?? [];
}

for (const crioVersion of ['1.29.0', '1.31.2', '1.36.3']) {
  test(`CRI-O ${crioVersion} gets the list without the options of other drivers`, async () => {
    assert.deepEqual(await variablesOn(machine({ crioVersion })), [
      'CONTAINER_STORAGE_OPT=zfs.fsname=tank/crio',
    ]);
  });
}

test('the options of zfs stay in their order, wherever they are set', async () => {
  const files = {
    [ETC]: storageConf('fsname = "tank/crio"\nmountopt = "nodev"\n'),
    [KATA]: adds('dm.fs=xfs', 'Overlay.mountopt=nodev,metacopy=on', 'zfs.mountopt=noatime'),
  };
  assert.deepEqual(await variablesOn(machine({ files })), [
    'CONTAINER_STORAGE_OPT=zfs.fsname=tank/crio,zfs.mountopt=nodev,zfs.mountopt=noatime',
  ]);
});

test('where no option is left, the variable holds one that says the default', async () => {
  const files = { [ETC]: storageConf('') };
  assert.deepEqual(await variablesOn(machine({ files })), ['CONTAINER_STORAGE_OPT=zfs.mountopt=']);
});

describe('refused, with the reason', () => {
  const cases: readonly (readonly [string, ExampleMachine, RegExp])[] = [
    [
      'a value that stays has a comma',
      { files: { [ETC]: storageConf('fsname = "tank/crio"\nmountopt = "nodev,noatime"\n') } },
      /cannot hold "zfs\.mountopt=nodev,noatime"/,
    ],
    [
      'an option is a limit',
      { files: { [KATA]: adds('overlay.skip_mount_home=true', 'overlay.size=10G') } },
      /overlay\.size=10G .*is a limit/,
    ],
    [
      'an option is of no driver',
      { files: { [KATA]: adds('overlay.skip_mount_home=true', 'skip_mount_home=true') } },
      /does not know the purpose of skip_mount_home=true \(.*99-kata-deploy/,
    ],
    [
      'storage.conf brings options of another driver as well',
      {
        files: {
          [ETC]: `[storage]\ndriver = "overlay"\n${ROOTS}[storage.options.overlay]\nmountopt = "nodev"\n`,
          '/etc/crio/crio.conf.d/10-driver.conf': '[crio]\nstorage_driver = "zfs"\n',
        },
      },
      /come from storage\.conf and from the configuration of CRI-O/,
    ],
    [
      'images would no longer be seen, since their dataset is another one',
      {
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          { name: 'tank/crio', mountpoint: '/var/lib/crio' },
          { name: 'tank/other', mountpoint: 'none' },
          { name: 'tank/other/aaaa', mountpoint: 'legacy' },
        ],
        files: { '/var/lib/crio/containers/zfs-layers/layers.json': '[{"id":"aaaa"}]' },
      },
      /1 existing layer is not in tank\/crio/,
    ],
  ];
  for (const [name, change, why] of cases) {
    test(name, async () => {
      const { correction } = await correctOn(host(machine(change)));
      assert.equal(correction.state, 'refused', JSON.stringify(correction));
      assert.match(correction.refusal ?? '', why);
    });
  }

  test('a flag of crio.service sets the list', async () => {
    const files = { [KATA]: '' };
    const check = { ...CHECK, crioFlags: ['--storage-opt', 'overlay.skip_mount_home=true'] };
    const { correction } = await correctOn(host(machine({ files })), { check });
    assert.equal(correction.state, 'refused', JSON.stringify(correction));
    assert.match(correction.refusal ?? '', /flag --storage-opt/);
  });
});

describe('at the starts after it', () => {
  let directory = '';
  beforeEach(() => (directory = mkdtempSync(`${tmpdir()}/crio-guard-kata-`)));
  afterEach(() => rmSync(directory, { recursive: true }));

  async function later(change: ExampleMachine) {
    const planned = await proposeOn(host(machine()));
    assert.ok(planned.kind === 'plan');
    const { actions } = planned.plan;
    const [action] = actions;
    assert.ok(action?.kind === 'write-file');
    const ledger = ledgerIn(directory);
    writeEntries(ledger, [{ id: 'first', code: 'CG111', time: '', status: 'applied', actions }]);
    const files = { [GUARD_ENVIRONMENT_FILE]: action.content, ...change.files };
    const environment = { CONTAINER_STORAGE_OPT: 'zfs.fsname=tank/crio' };
    const check = { ...CHECK, inherited: false };
    const there = host(machine({ ...change, environment, files }));
    const { checked } = await correctOn(there, { lock: heldLock(), ledger, check });
    const read = ledger.read();
    assert.ok(!('error' in read));
    const codes = checked.outcomes.findings.map(({ code }) => code);
    return { status: read.entries.map(({ status }) => status), verdict: checked.verdict, codes };
  }

  test('needed: it stays, and nothing else is found', async () => {
    const { status, verdict } = await later({});
    assert.deepEqual([status, verdict], [['applied'], 'ok']);
  });

  for (const [name, files] of [
    ['the file is mended', { [KATA]: adds('zfs.mountopt=nodev') }],
    ['the file is gone', { [KATA]: '' }],
  ] as const) {
    test(`${name}: withdrawn, and reported`, async () => {
      const { status, codes } = await later({ files });
      assert.deepEqual(status, ['undone']);
      assert.ok(codes.includes('CG009'));
    });
  }

  test('another option of the list has changed: withdrawn, to be made anew', async () => {
    const { status } = await later({
      files: { [ETC]: storageConf('fsname = "tank/crio"\nmountopt = "nodev"\n') },
    });
    assert.equal(status[0], 'undone');
  });

  test('what would be set now cannot be set: it stays', async () => {
    const { status } = await later({ files: { [KATA]: adds('overlay.mountopt=nodev', 'overlay.size=1G') } });
    assert.deepEqual(status, ['applied']);
  });
});
