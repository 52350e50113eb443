import { valueOf } from '../../host/probe.js';
import { defineRule } from '../rule.js';
import { shellWord } from '../../text/shell-word.js';
import { whenRefused } from './refusal.js';

type Data = {
  readonly dataset: string;
  /** Names and mountpoints that hold a blank. */
  readonly names: readonly string[];
  readonly words: string;
};

export const zfsOutputNotUnderstood = defineRule<Data>({
  code: 'CG218',
  slug: 'zfs-output-not-understood',
  severity: 'error',
  certainty: 'exact',
  title: 'CRI-O cannot read what the zfs command prints',
  explanation: [
    'The driver lists all datasets below its own (Init in drivers/zfs/zfs.go) through the library go-zfs. Up to its ' +
      'version 3.0.0 (CRI-O 1.27) the library splits the lines at every blank, so a dataset or mountpoint with a blank in its name ' +
      'gives a line with too many columns, and the start fails with "output does not match what is expected".',
  ],
  remedy: [
    'Rename the dataset, or change the mountpoint, so that neither holds a blank.',
    'Or upgrade CRI-O to 1.28 or later.',
  ],
  references: ['https://github.com/mistifyio/go-zfs', 'zfs-rename(8)'],
  messageId: '3f80032157678b9e0e6b2cf1b9e24495',
  since: '0.1.0',
  check: (diagnosis) =>
    whenRefused(diagnosis, ['zfs-list-not-understood'], ({ dataset }, { input }, words) => {
      const below = (valueOf(input.facts.zfs.datasets) ?? []).filter(
        ({ name }) => name === dataset || name.startsWith(`${dataset}/`),
      );
      const names = below
        .flatMap(({ name, mountpoint }) => [name, mountpoint])
        .filter((name) => /\s/.test(name));
      return { dataset, names, words };
    }),
  message: ({ dataset, names }) =>
    names.length === 0
      ? `CRI-O cannot read what zfs prints about ${dataset}.`
      : `CRI-O cannot read what zfs prints about ${dataset}, because ${names.map((name) => `"${name}"`).join(', ')} holds a blank.`,
  advice: ({ dataset, names }) => [
    `zfs list -r -o name,mountpoint ${shellWord(dataset)}`,
    ...names
      .filter((name) => !name.startsWith('/'))
      .slice(0, 1)
      .map((name) => `zfs rename ${shellWord(name)} ${shellWord(name.replace(/\s/g, '-'))}`),
  ],
  examples: {
    fail: [
      {
        crioVersion: '1.27.0',
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          { name: 'tank/a b', mountpoint: '/var/lib/crio' },
        ],
      },
    ],
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
