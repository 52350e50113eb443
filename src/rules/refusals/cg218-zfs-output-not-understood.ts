import { isWithin } from '../../host/pool-state.js';
import { valueOf } from '../../host/probe.js';
import { defineRule } from '../rule.js';
import { shellWord } from '../../text/shell-word.js';
import { whenRefused } from './refusal.js';
import { command } from '../../text/advice-line.js';

type Data = {
  readonly dataset: string;
  /** Names and mountpoints that contain a tab or a line break. */
  readonly names: readonly string[];
  readonly words: string;
};

export const zfsOutputNotUnderstood = defineRule<Data>({
  code: 'CG218',
  slug: 'zfs-output-not-understood',
  severity: 'error',
  certainty: 'exact',
  title: 'CRI-O cannot parse the output of the zfs command',
  explanation: [
    'The driver lists all datasets below its own (Init in drivers/zfs/zfs.go) through the library go-zfs, which ' +
      'splits the lines at tabs. A mountpoint that contains a tab or a line break, or a zfs command that prints ' +
      'other columns, gives a line with a wrong number of columns, and the start fails with "output does not match ' +
      'what is expected".',
  ],
  remedy: [
    'Change the mountpoint, so that it contains no tab and no line break.',
    'Without such a mountpoint: check which zfs command CRI-O finds in its PATH.',
  ],
  references: ['https://github.com/mistifyio/go-zfs', 'zfs-rename(8)'],
  messageId: '3f80032157678b9e0e6b2cf1b9e24495',
  since: '0.1.0',
  check: (diagnosis) =>
    whenRefused(diagnosis, ['zfs-list-not-understood'], ({ dataset }, { input }, words) => {
      const below = (valueOf(input.facts.zfs.datasets) ?? []).filter(({ name }) => isWithin(name, dataset));
      const names = below
        .flatMap(({ name, mountpoint }) => [name, mountpoint])
        .filter((name) => /[\t\n]/.test(name));
      return { dataset, names, words };
    }),
  message: ({ dataset, names }) =>
    names.length === 0
      ? `CRI-O cannot read what zfs prints about ${dataset}.`
      : `CRI-O cannot read what zfs prints about ${dataset}, because ${names.map((name) => `"${name}"`).join(', ')} contains a tab or a line break.`,
  advice: ({ dataset }) => [command(`zfs list -r -o name,mountpoint ${shellWord(dataset)}`)],
  examples: {
    fail: [{ fsname: 'tank/c', datasets: [{ name: 'tank/c', mountpoint: '/srv/a\tb' }] }],
    pass: [
      {
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          { name: 'tank/a b', mountpoint: '/var/lib/crio' },
        ],
      },
      {},
    ],
  },
});
