import { withLayersParent } from '../shared/layers-parent.js';
import { defineRule, finding, passed, unknownAnswer } from '../rule.js';
import { SANOID_CONF } from '../../facts/node/snapshot-tools.js';
import { shellWord } from '../../text/shell-word.js';
import { snapshotToolOf, type SnapshotTool } from './snapshot-tool.js';
import { command, fileLine, sentence, type AdviceLine } from '../../text/advice-line.js';

export const snapshotsOfLayers = defineRule<{
  readonly dataset: string;
  readonly tool: SnapshotTool;
  /** The property, the file or the section that says so. */
  readonly because: string;
  /** sanoid with recursive = zfs: sections for datasets below it do not count. */
  readonly atOnce?: true;
}>({
  code: 'CG504',
  slug: 'snapshots-of-layers',
  severity: 'warning',
  certainty: 'heuristic',
  title: 'A snapshot tool takes snapshots of layers',
  explanation: [
    'Layers come and go with images and containers. A tool that snapshots the dataset they are made in, and ' +
      'all below it, makes thousands of useless snapshots, keeps the space of deleted images, and disturbs ' +
      'the removal of layers.',
    'containers/storage removes a layer by "zfs destroy -r" (Remove() in drivers/zfs/zfs.go). That also ' +
      'destroys plain snapshots, but it fails when one of them has a hold or a clone, and races with the tool ' +
      'that removes its own snapshots. Removals then fail again and again: "filesystem has dependent clones", ' +
      '"dataset is busy".',
    'com.sun:auto-snapshot is inherited by every layer. zfs-auto-snapshot for cron snapshots every dataset ' +
      'where it is not false. sanoid snapshots what its sections name, and with recursive what is below. ' +
      'znapzend snapshots the datasets that have its properties. With --check --deep the names of existing ' +
      'snapshots also show zrepl, zsys and syncoid.',
  ],
  remedy: [
    'Exclude the dataset of the layers, and all below it, from the tool.',
    'Existing snapshots can stay until their tool removes them; look for holds and clones first.',
  ],
  references: [
    'https://github.com/containerd/zfs/issues/70',
    'https://github.com/moby/moby/issues/30993',
    'https://github.com/ubuntu/zsys/issues/172',
  ],
  messageId: '9e6e9dd0fa3ff07cb8e2677cd2926a4f',
  since: '0.1.0',
  check: (diagnosis) =>
    withLayersParent(diagnosis, ({ input }, { dataset }) => {
      const { surroundings, zfs } = input.facts;
      const tools = surroundings?.snapshotTools;
      const found = snapshotToolOf(dataset, tools, zfs.snapshots);
      if (found !== undefined) return finding({ dataset: dataset.name, ...found });
      const unread = [tools?.sanoid, tools?.autoSnapshotJob, zfs.snapshots].flatMap((probe) =>
        probe?.state === 'unknown' ? [probe.why] : [],
      );
      return unread.length === 0 ? passed : unknownAnswer(...unread);
    }),
  message: ({ dataset, tool, because }) => `${tool} snapshots every layer below ${dataset}: ${because}.`,
  advice: ({ dataset, tool, atOnce }) => ADVICE[tool](dataset, atOnce === true),
  examples: {
    fail: [
      {
        datasets: [
          { name: 'tank', mountpoint: 'none', properties: { 'com.sun:auto-snapshot': 'true' } },
          {
            name: 'tank/crio',
            mountpoint: '/var/lib/crio',
            properties: { 'com.sun:auto-snapshot': 'true' },
          },
        ],
      },
      { files: { '/etc/sanoid/sanoid.conf': '[tank]\nuse_template = production\nrecursive = yes\n' } },
      { files: { '/etc/cron.hourly/zfs-auto-snapshot': 'exec zfs-auto-snapshot --label=hourly //\n' } },
      {
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          {
            name: 'tank/crio',
            mountpoint: '/var/lib/crio',
            properties: { 'org.znapzend:src_plan': '7d=>1h', 'org.znapzend:recursive': 'on' },
          },
        ],
      },
      { files: { '/etc/sanoid/sanoid.conf': '[tank]\nrecursive = zfs\n[tank/crio]\nautosnap = no\n' } },
      {
        deep: true,
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          { name: 'tank/crio', mountpoint: '/var/lib/crio' },
        ],
        snapshots: ['tank/crio@zrepl_1', 'tank/crio/77c1@zrepl_20260102_030405_000', 'tank/crio/77c1@123456'],
      },
    ],
    pass: [
      {},
      { deep: true, snapshots: ['tank/crio@autosnap_2026-01-02_00:00:01_daily', 'tank/crio/77c1@987654321'] },
      {
        files: {
          '/etc/sanoid/sanoid.conf':
            '[tank]\nrecursive = yes\n[tank/crio]\nuse_template = none\nrecursive = yes\n[template_none]\nautosnap = no\n',
          '/etc/cron.hourly/zfs-auto-snapshot': 'exec zfs-auto-snapshot --label=hourly //\n',
        },
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          {
            name: 'tank/crio',
            mountpoint: '/var/lib/crio',
            properties: { 'com.sun:auto-snapshot': 'false' },
          },
        ],
      },
    ],
  },
});

const exclude =
  (tool: SnapshotTool) =>
  (dataset: string): readonly AdviceLine[] => [
    sentence(`Exclude ${dataset} and all below it in the configuration of ${tool}.`),
    sentence('What is there already:'),
    command(`zfs list -t snapshot -r -o name,userrefs,clones ${shellWord(dataset)}`),
  ];

const ADVICE: Readonly<Record<SnapshotTool, (dataset: string, atOnce: boolean) => readonly AdviceLine[]>> = {
  'zfs-auto-snapshot': (dataset) => [command(`zfs set com.sun:auto-snapshot=false ${shellWord(dataset)}`)],
  syncoid: exclude('syncoid'),
  zrepl: exclude('zrepl'),
  zsys: exclude('zsys'),
  sanoid: (dataset, atOnce) => [
    ...(atOnce
      ? [
          sentence(
            'recursive = zfs takes all below in one go; write recursive = yes, or no section below counts.',
          ),
        ]
      : []),
    sentence(`In ${SANOID_CONF}:`),
    fileLine(`[${dataset}]`),
    fileLine('use_template = none'),
    fileLine('recursive = yes'),
    fileLine('[template_none]'),
    fileLine('autosnap = no'),
    fileLine('autoprune = yes'),
  ],
  znapzend: (dataset) => [
    sentence('End the plan for the layers, or make it non-recursive:'),
    command(`zfs set org.znapzend:enabled=off ${shellWord(dataset)}`),
  ],
};
