import { shellWord } from '../../text/shell-word.js';
import { defineRule, finding, passed } from '../rule.js';
import { withZfsStore } from '../shared/layers-parent.js';
import { command, sentence, type AdviceLine } from '../../text/advice-line.js';

/** Bytes of the name of a dataset or a snapshot: ZFS_MAX_DATASET_NAME_LEN without the NUL. */
const LONGEST_NAME = 255;
/** Bytes that a layer adds to the name of its parent: a slash and an id of 64 characters. */
const LAYER = 65;
/** Bytes that the snapshot of a layer adds: "@" and the nanoseconds of the time, mostly nine digits. */
const SNAPSHOT = 10;

export const datasetNameTooLong = defineRule<{
  readonly dataset: string;
  readonly length: number;
  /** Longest name that is short enough, in bytes. */
  readonly limit: number;
  /** `layers`: no layer can be made; `snapshots`: only layers without a parent can. */
  readonly fails: 'layers' | 'snapshots';
}>({
  code: 'CG514',
  slug: 'dataset-name-too-long',
  severity: 'warning',
  certainty: 'exact',
  title: 'The name of the dataset is too long for layers below it',
  explanation: [
    'A name in ZFS has at most 255 bytes. The zfs driver makes each layer as a dataset named by its id of 64 ' +
      'characters below the dataset it uses, and makes a layer on top of another one from a snapshot named by the ' +
      'nanoseconds of the time (create and cloneFilesystem in drivers/zfs/zfs.go).',
    'CRI-O starts with such a dataset, because nothing is created at the start. Every pull of an image then fails ' +
      'with "name too long".',
  ],
  remedy: [
    'Use a dataset with a shorter name: at most 180 bytes.',
    'zfs rename changes the name of a dataset; stop CRI-O first, and set zfs.fsname to the new name where it is set.',
  ],
  references: ['zfs(8)', 'https://github.com/openzfs/zfs/blob/master/include/sys/fs/zfs.h'],
  messageId: 'f205498868f4926d4b633af2ea40b2ba',
  since: '0.1.0',
  check: (diagnosis) =>
    withZfsStore(diagnosis, (_, dataset) => {
      const length = Buffer.byteLength(dataset);
      const limit = LONGEST_NAME - LAYER - SNAPSHOT;
      if (length <= limit) return passed;
      return finding({
        dataset,
        length,
        limit,
        fails: length + LAYER > LONGEST_NAME ? 'layers' : 'snapshots',
      });
    }),
  message: ({ dataset, length, limit, fails }) =>
    `The name of ${dataset} has ${length} bytes: ` +
    (fails === 'layers' ? 'no layer fits below it' : 'no layer on top of another one fits below it') +
    `, so images cannot be pulled (at most ${limit} bytes).`,
  advice: ({ dataset }) => renaming(dataset),
  examples: {
    fail: [
      { datasets: [longName(191)] },
      { datasets: [longName(181)] },
      { datasets: [longName(60), { ...longName(200), mountpoint: 'none' }], fsname: longName(200).name },
    ],
    pass: [{}, { datasets: [longName(180)] }],
  },
});

/** A name in the same pool; a dataset cannot move to another one. */
function renaming(dataset: string): readonly AdviceLine[] {
  const [pool = ''] = dataset.split('/');
  return pool.length > 100
    ? [sentence('The name of the pool is too long: create a dataset in another pool.')]
    : [
        sentence('With CRI-O stopped, give it a shorter name, for instance:'),
        command(`zfs rename ${shellWord(dataset)} ${shellWord(`${pool}/crio`)}`),
      ];
}

/** A dataset at /var/lib/crio whose name has so many bytes. */
function longName(length: number) {
  return { name: `tank/${'n'.repeat(length - 5)}`, mountpoint: '/var/lib/crio' };
}
