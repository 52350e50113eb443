import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { CorrectRequest } from '../../../src/fix/correct.js';
import { describeOrigin } from '../../../src/config/origin.js';
import { GUARD_ENVIRONMENT_FILE } from '../../../src/config/service/unit-environment.js';
import type { Action } from '../../../src/fix/actions.js';
import { heldLock, writeEntries, ledgerIn } from '../held-lock.js';
import type { ExampleMachine } from '../../../src/rules/rule.js';
import { ETC } from '../../config/resolve.js';
import { ChangingHost } from '../changing-host.js';
import { CHECK, correctOn, proposeOn } from '../correct.js';
import { service, SYSTEMD } from '../service.js';

const ROOTS = 'graphroot = "/var/lib/crio/containers"\nrunroot = "/run/containers/storage"\n';
const OVERLAY = `[storage]\ndriver = "overlay"\n${ROOTS}[storage.options.overlay]\nmountopt = "nodev"\n`;
const DROP_IN = '/etc/crio/crio.conf.d/10-storage.conf';

/** What storage.conf of a distribution and one line for CRI-O make together (kubernetes-sigs/kubespray#9898). */
function machine(change: ExampleMachine = {}): ExampleMachine {
  const own = { [ETC]: OVERLAY, [DROP_IN]: '[crio]\nstorage_driver = "zfs"\n' };
  return { ...change, files: { ...SYSTEMD, ...own, ...change.files } };
}

const READS = service(['/etc/default/crio', GUARD_ENVIRONMENT_FILE]);
const host = (before: ExampleMachine, changes = READS): ChangingHost => new ChangingHost(before, changes);

async function writtenOn(before: ExampleMachine): Promise<Extract<Action, { kind: 'write-file' }>> {
  const planned = await proposeOn(host(before));
  assert.ok(planned.kind === 'plan', JSON.stringify(planned));
  const [action] = planned.plan.actions;
  assert.ok(action?.kind === 'write-file');
  return action;
}

for (const crioVersion of ['1.31.2', '1.36.3']) {
  test(`CRI-O ${crioVersion} gets STORAGE_DRIVER, and nothing else is touched`, async () => {
    const { correction } = await correctOn(host(machine({ crioVersion })));
    assert.equal(correction.state, 'planned', correction.refusal);
    assert.equal(correction.code, 'CG111');
    assert.deepEqual(
      correction.actions.map(({ description }) => description),
      [`write ${GUARD_ENVIRONMENT_FILE}`],
    );
    assert.match(correction.actions[0]?.difference ?? '', /^\+STORAGE_DRIVER=zfs$/m);
    assert.deepEqual(correction.afterwards, { outcome: 'starts', driver: 'zfs', dataset: 'tank/crio' });
  });
}

const UNREAD = 'the unit does not read the file';

describe('refused, with the reason', () => {
  const conf = (text: string): ExampleMachine => machine({ files: { [ETC]: `[storage]\n${text}` } });
  const unread = service(['/etc/default/crio']);
  const cases: readonly (readonly [string, ExampleMachine, RegExp])[] = [
    [UNREAD, machine(), /10-crio-guard\.conf/],
    [
      'variables of somebody else stand there',
      machine({ files: { [GUARD_ENVIRONMENT_FILE]: 'HTTP_PROXY=http://proxy:3128\n' } }),
      /holds variables already/,
    ],
    [
      'a limit would be lifted',
      conf(`driver = "overlay"\n${ROOTS}[storage.options.overlay]\nsize = "10G"\n`),
      /overlay\.size=10G .*is a limit/,
    ],
    [
      'a limit for all drivers, which zfs refuses as well',
      conf(`driver = "overlay"\n${ROOTS}[storage.options]\nsize = "10G"\n`),
      /is a limit/,
    ],
    [
      'the zfs table holds what zfs does not know',
      conf(
        `driver = "overlay"\n${ROOTS}[storage.options.overlay]\nmountopt = "nodev"\n[storage.options.zfs]\nsize = "1G"\n`,
      ),
      /fail after the correction: unknown option zfs\.size/,
    ],
    [
      'another image store becomes one of zfs',
      conf(`driver = "overlay"\n${ROOTS}[storage.options]\nadditionalimagestores = ["/srv/images"]\n`),
      /fail after the correction: unknown option zfs\.imagestore/,
    ],
    [
      'zfs.size is an option of the driver itself',
      conf(`driver = "zfs"\n${ROOTS}[storage.options.zfs]\nsize = "10G"\n`),
      /zfs\.size=10G .*is a limit/,
    ],
    [
      'the dataset that storage.conf names for zfs is not the one that holds the layers',
      machine({
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          { name: 'tank/crio', mountpoint: '/var/lib/crio' },
          { name: 'tank/crio/aaaa', mountpoint: 'legacy' },
          { name: 'tank/other', mountpoint: '/srv' },
        ],
        files: {
          [ETC]: `${OVERLAY}[storage.options.zfs]\nfsname = "tank/other"\n`,
          '/var/lib/crio/containers/zfs-layers/layers.json': '[{"id":"aaaa"}]',
        },
      }),
      /1 existing layer is not in tank\/other/,
    ],
  ];
  for (const [name, before, why] of cases) {
    test(name, async () => {
      const { correction } = await correctOn(host(before, name === UNREAD ? unread : READS));
      assert.equal(correction.state, 'refused', JSON.stringify(correction));
      assert.match(correction.refusal ?? '', why);
    });
  }
});

test('what it hides is corrected with it, when all of it is proven together', async () => {
  const mountpoint = OVERLAY.replace('/var/lib/crio/containers', '/var/lib/crio');
  const { correction } = await correctOn(host(machine({ files: { [ETC]: mountpoint } })));
  assert.equal(correction.state, 'planned', correction.refusal);
  assert.equal(correction.code, 'CG111');
  assert.deepEqual(
    correction.actions.map(({ description }) => description),
    [
      `write ${GUARD_ENVIRONMENT_FILE}`,
      'make the directory /var/lib/crio/containers',
      'write /etc/crio/crio.conf.d/zz-crio-guard.conf',
    ],
  );
  assert.deepEqual(correction.afterwards, { outcome: 'starts', driver: 'zfs', dataset: 'tank/crio' });
  const readOnly = { mountpoint: '/etc', fileSystem: 'erofs', source: '/dev/sdb1', options: 'ro' };
  const both = machine({ mounts: [readOnly], files: { [ETC]: mountpoint } });
  assert.match(
    (await correctOn(host(both))).correction.refusal ?? '',
    /fail after the correction: no zfs dataset/,
  );
});

test('layers that lie in the dataset stay in use', async () => {
  const before = machine({
    datasets: [
      { name: 'tank', mountpoint: 'none' },
      { name: 'tank/crio', mountpoint: '/var/lib/crio' },
      { name: 'tank/crio/aaaa', mountpoint: 'legacy' },
    ],
    files: { '/var/lib/crio/containers/zfs-layers/layers.json': '[{"id":"aaaa"}]' },
  });
  const { correction } = await correctOn(host(before));
  assert.equal(correction.state, 'planned', correction.refusal);
});

describe('at the starts after it', () => {
  let directory = '';
  beforeEach(() => (directory = mkdtempSync(`${tmpdir()}/crio-guard-variables-`)));
  afterEach(() => rmSync(directory, { recursive: true }));

  /** A later start: the file stands, was inherited, and is in the ledger. */
  async function later(change: ExampleMachine, text?: string) {
    const action = await writtenOn(machine());
    const ledger = ledgerIn(directory);
    const applied = { code: 'CG111', time: '', status: 'applied', actions: [action] } as const;
    writeEntries(ledger, [{ id: 'first', ...applied }]);
    const files = { [GUARD_ENVIRONMENT_FILE]: text ?? action.content, ...change.files };
    const there = host(machine({ ...change, environment: { STORAGE_DRIVER: 'zfs' }, files }));
    const request: Partial<CorrectRequest> = {
      lock: heldLock(),
      ledger,
      check: { ...CHECK, inherited: false },
    };
    const result = await correctOn(there, request);
    const read = ledger.read();
    assert.ok(!('error' in read));
    return { ...result, status: read.entries.map(({ status }) => status) };
  }

  test('needed: the file stays, nothing is corrected, and the origin is reported', async () => {
    const { checked, correction, status } = await later({});
    assert.equal(correction.state, 'none');
    assert.deepEqual(status, ['applied']);
    assert.equal(checked.verdict, 'ok');
    const { configuration } = checked.diagnosis;
    assert.ok(configuration.kind === 'resolved');
    assert.deepEqual(configuration.storage.options, []);
    const origins = configuration.storage.driver.overrode.map(({ origin }) => describeOrigin(origin));
    assert.deepEqual(origins, [
      `environment STORAGE_DRIVER of ${GUARD_ENVIRONMENT_FILE}`,
      `${ETC}:2 (storage.driver)`,
    ]);
  });

  test('no longer needed, since storage.conf names zfs: reverted, and reported', async () => {
    const files = { [ETC]: OVERLAY.replace('"overlay"', '"zfs"') };
    const { checked, correction, status } = await later({ files });
    assert.equal(correction.state, 'none');
    assert.deepEqual(status, ['undone']);
    assert.ok(
      checked.outcomes.findings.some(({ code, data }) => code === 'CG009' && data['code'] === 'CG111'),
    );
  });

  test('no longer needed, since CRI-O uses another driver: taken back', async () => {
    const files = { [DROP_IN]: '', [ETC]: OVERLAY.replace('/var/lib/crio/', '/srv/') };
    const { status } = await later({ files });
    assert.deepEqual(status, ['undone']);
  });

  test('it stays when that is unknown: without it CRI-O would fail for another reason, or cannot be predicted', async () => {
    for (const change of [{ command: false }, { pools: { tank: 'SUSPENDED' } }]) {
      const { status } = await later(change);
      assert.deepEqual(status, ['applied']);
    }
  });

  test('what the ledger does not know stays', async () => {
    const files = { [ETC]: OVERLAY.replace('"overlay"', '"zfs"') };
    const { status } = await later({ files }, 'STORAGE_DRIVER=zfs\n');
    assert.deepEqual(status, ['applied']);
  });
});
