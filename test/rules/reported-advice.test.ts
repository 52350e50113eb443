import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { reportJson } from '../../src/report/json/report-json.js';
import { plain } from '../../src/report/text/style.js';
import { renderText } from '../../src/report/text/text.js';
import type { ExampleMachine } from '../../src/rules/rule.js';
import { reportOn } from '../report/example-report.js';

const storage = (text: string): Readonly<Record<string, string>> => ({
  '/etc/containers/storage.conf': text,
});
const OVERLAY = '[storage]\ndriver = "overlay"\ngraphroot = "/srv/c"\nrunroot = "/run/containers/storage"\n';

const UNDER_VAR: ExampleMachine = {
  graphroot: '/var/lib/containers',
  datasets: [
    { name: 'tank', mountpoint: 'none' },
    { name: 'tank/crio', mountpoint: '/var/lib/containers' },
  ],
  mounts: [{ mountpoint: '/var', fileSystem: 'xfs', source: '/dev/vdb1' }],
};
const NO_ZFS: ExampleMachine = {
  graphroot: '/srv/c',
  module: null,
  command: false,
  datasets: [],
  pools: {},
};
const MOUNTED_LAST = 'mount -t zfs -o zfsutil tank/crio /var/lib/containers';
const TAKES_AWAY = /\b(?:umount|unmount|destroy|canmount|mv|rm|rename)\b/;

/** A layout that someone reported, the codes shown, a command that helps (or none does), and what must not be said. */
const ADVICE: readonly (readonly [string, ExampleMachine, readonly string[], string | undefined, RegExp])[] =
  [
    [
      'kata-deploy writes an option of overlay on a node with ZFS',
      {
        files: {
          '/etc/containers/storage.conf':
            '[storage]\ndriver = "zfs"\nrunroot = "/run/crio"\ngraphroot = "/var/lib/crio/containers"\n' +
            '[storage.options.zfs]\nfsname = "tank/crio"\n',
          '/etc/crio/crio.conf.d/99-kata-deploy':
            '[crio]\nstorage_option = ["overlay.skip_mount_home=true"]\n',
        },
      },
      ['CG111'],
      "mkdir -p /etc/systemd/system/crio.service.d && printf '%s\\n' '[Service]' " +
        'Environment=CONTAINER_STORAGE_OPT=zfs.fsname=tank/crio > /etc/systemd/system/crio.service.d/cg111.conf && ' +
        'systemctl daemon-reload',
      /STORAGE_DRIVER|storage\.conf makes|\bmv\b/,
    ],
    [
      'openzfs/zfs#14393, #5820: /var is mounted over the dataset',
      UNDER_VAR,
      ['CG203'],
      MOUNTED_LAST,
      TAKES_AWAY,
    ],
    [
      'the same with zfs.fsname',
      { ...UNDER_VAR, fsname: 'tank/crio' },
      ['CG405'],
      MOUNTED_LAST,
      new RegExp(`${TAKES_AWAY.source}|CG508|systemctl status`),
    ],
    [
      'openzfs/zfs#8450: two datasets are mounted in the wrong order',
      {
        graphroot: '/var/data/crio/containers',
        datasets: [
          { name: 'dpool', mountpoint: 'none' },
          { name: 'dpool/crio', mountpoint: '/var/data/crio' },
          { name: 'dpool/data', mountpoint: '/var/data' },
        ],
      },
      ['CG404'],
      'mount -t zfs -o zfsutil dpool/crio /var/data/crio',
      /unmount|noauto/,
    ],
    [
      'a mount unit over the dataset, in a directory of its own',
      {
        graphroot: '/aux/crio/containers',
        datasets: [{ name: 'tank/crio', mountpoint: '/aux/crio' }],
        mounts: [{ mountpoint: '/aux', fileSystem: 'xfs', source: '/dev/vdb1' }],
        files: { '/etc/systemd/system/aux.mount': '[Mount]\nWhat=/dev/vdb1\nWhere=/aux\n' },
      },
      ['CG203'],
      'mount -t zfs -o zfsutil tank/crio /aux/crio',
      TAKES_AWAY,
    ],
    [
      'overlay without /dev/zfs, and its mount_program is missing',
      {
        ...NO_ZFS,
        files: storage(`${OVERLAY}[storage.options]\nmount_program = "/usr/bin/fuse-overlayfs"\n`),
      },
      ['CG216'],
      undefined,
      /storage_driver = "zfs"|one of zfs/,
    ],
    [
      'overlay with a size on ZFS',
      {
        graphroot: '/srv/c',
        module: '2.3.0-1',
        datasets: [{ name: 'tank', mountpoint: '/srv' }],
        files: storage(`${OVERLAY}[storage.options.overlay]\nsize = "10G"\n`),
      },
      ['CG216'],
      undefined,
      /storage_driver = "zfs"|one of zfs/,
    ],
  ];

describe('the advice on layouts that were reported', () => {
  for (const [name, machine, codes, helps, wrong] of ADVICE) {
    test(name, async () => {
      const report = await reportOn(machine);
      const shown = reportJson(report).findings.filter(
        ({ severity, follows }) => severity !== 'info' && follows === undefined,
      );
      assert.deepEqual(shown.map(({ code }) => code), codes); // prettier-ignore
      const steps = shown.flatMap(({ remedy }) => remedy);
      if (helps !== undefined) assert.deepEqual(steps.filter((step) => 'command' in step && step.command === helps).length, 1); // prettier-ignore
      const commands = steps.map((step) => ('command' in step ? step.command : ''));
      assert.doesNotMatch(commands.join('\n'), wrong);
      assert.doesNotMatch(shown.map(({ message }) => message).join('\n'), wrong);
      const options = renderText(report, { ...plain, columns: 200 })
        .split('\n')
        .filter((line) => line.startsWith('  option '));
      assert.equal(new Set(options).size, options.length, 'no option is listed twice');
    });
  }
});
