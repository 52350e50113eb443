import type { SnapshotTools } from '../../facts/snapshot-tools.js';
import { SANOID_CONF } from '../../facts/snapshot-tools.js';
import { valueOf } from '../../host/probe.js';
import type { Dataset } from '../../facts/datasets.js';
import { contains } from '../../facts/containment.js';
import { withLayersParent } from '../layers-parent.js';
import { defineRule, finding, passed } from '../rule.js';
import { shellWord } from '../shell-word.js';

type Tool = 'zfs-auto-snapshot' | 'sanoid' | 'znapzend';

export const snapshotsOfLayers = defineRule<{
  readonly dataset: string;
  readonly tool: Tool;
  /** The property, the file or the section that says so. */
  readonly because: string;
}>({
  code: 'CG504',
  slug: 'snapshots-of-layers',
  severity: 'warning',
  certainty: 'heuristic',
  title: 'A snapshot tool will take snapshots of layers',
  explanation: [
    'Layers come and go with images and containers. A tool that snapshots the dataset they are made in, ' +
      'and all below it, makes thousands of snapshots nobody will ever roll back, keeps the space of ' +
      'deleted images, and gets in the way when a layer is removed.',
    'containers/storage removes a layer by "zfs destroy -r" (Remove() in drivers/zfs/zfs.go). That ' +
      'takes plain snapshots along, but fails when one of them has a hold or a clone, and races with ' +
      'the tool that cleans up its own snapshots. Removals then hang in a loop: "filesystem has ' +
      'dependent clones", "dataset is busy".',
    'com.sun:auto-snapshot is inherited by every layer. zfs-auto-snapshot as packaged for cron takes ' +
      'every dataset that does not say false; sanoid takes what its sections name, with recursive also ' +
      'what is below; znapzend what carries its plan. Other tools are not looked for.',
  ],
  remedy: [
    'Tell the tool to leave the dataset of the layers and all below it alone.',
    'Snapshots that exist already can stay until their tool removes them; look for holds and clones first.',
  ],
  references: [
    'https://github.com/containerd/zfs/issues/70',
    'https://github.com/moby/moby/issues/30993',
    'https://github.com/ubuntu/zsys/issues/172',
  ],
  messageId: '9e6e9dd0fa3ff07cb8e2677cd2926a4f',
  since: '0.1.0',
  check: (diagnosis) =>
    withLayersParent(diagnosis, ({ situation }, { dataset }) => {
      const tools = situation.facts.surroundings?.snapshotTools;
      const found = autoSnapshot(dataset, tools) ?? sanoid(dataset, tools) ?? znapzend(dataset);
      return found === undefined ? passed : finding({ dataset: dataset.name, ...found });
    }),
  message: ({ dataset, tool, because }) =>
    `${tool} will take snapshots of every layer below ${dataset} (${because}).`,
  advice: ({ dataset, tool }) => ADVICE[tool](dataset),
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
    ],
    pass: [
      {},
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

type Found = { readonly tool: Tool; readonly because: string } | undefined;

function autoSnapshot({ autoSnapshot: value }: Dataset, tools: SnapshotTools | undefined): Found {
  const tool = 'zfs-auto-snapshot';
  if (value === 'true') return { tool, because: 'com.sun:auto-snapshot=true' };
  const job = tools === undefined ? undefined : valueOf(tools.autoSnapshotJob);
  return value === '-' && job !== undefined
    ? { tool, because: `${job}, and com.sun:auto-snapshot is not set` }
    : undefined;
}

/** The section of the nearest dataset decides, unless one above snapshots all below it in one go. */
function sanoid({ name }: Dataset, tools: SnapshotTools | undefined): Found {
  const sections = tools === undefined ? [] : (valueOf(tools.sanoid) ?? []);
  const covering = sections
    .filter(({ dataset, recursive }) => recursive !== 'no' && contains(dataset, name))
    .sort((a, b) => b.dataset.length - a.dataset.length);
  const atOnce = covering.find(({ recursive, takesSnapshots }) => recursive === 'zfs' && takesSnapshots);
  const section = atOnce ?? covering[0];
  return section?.takesSnapshots === true
    ? { tool: 'sanoid', because: `[${section.dataset}] in ${SANOID_CONF}` }
    : undefined;
}

function znapzend({ znapzendPlan = '-', znapzendRecursive, znapzendEnabled }: Dataset): Found {
  const planned = znapzendPlan !== '-' && znapzendRecursive === 'on' && znapzendEnabled !== 'off';
  return planned ? { tool: 'znapzend', because: 'org.znapzend:src_plan' } : undefined;
}

const ADVICE: Readonly<Record<Tool, (dataset: string) => readonly string[]>> = {
  'zfs-auto-snapshot': (dataset) => [`zfs set com.sun:auto-snapshot=false ${shellWord(dataset)}`],
  sanoid: (dataset) => [
    `In ${SANOID_CONF}:`,
    `  [${dataset}]`,
    '  use_template = none',
    '  recursive = yes',
    '  [template_none]',
    '  autosnap = no',
    '  autoprune = yes',
  ],
  znapzend: (dataset) => [
    'End the plan for the layers, or make it non-recursive:',
    `zfs set org.znapzend:enabled=off ${shellWord(dataset)}`,
  ],
};
