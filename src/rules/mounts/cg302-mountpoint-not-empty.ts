import { whenIntended } from '../shared/intention.js';
import { clearAdvice, kindOf } from '../shared/mount-advice.js';
import { defineRule, finding, notApplicable, passed, unknownAnswer } from '../rule.js';

type Data = {
  readonly dataset: string;
  readonly mountpoint: string;
  /** Nothing but what a failed start of CRI-O leaves behind. */
  readonly skeletonOnly: boolean;
  readonly foreign: readonly string[];
};

export const mountpointNotEmpty = defineRule<Data>({
  code: 'CG302',
  slug: 'mountpoint-not-empty',
  severity: 'warning',
  certainty: 'exact',
  title: 'The mountpoint of an unmounted dataset holds files',
  explanation: [
    'The dataset meant for graphroot is not mounted, and the directory of its mountpoint is not empty. ' +
      'OpenZFS before 2.0, or a dataset with overlay=off, refuses to mount there ("directory is not empty"). ' +
      'Later versions mount over the files and hide them.',
    'A start of CRI-O that failed leaves storage.lock, userns.lock and an empty directory named after the ' +
      'driver (GetStore in store.go makes them before it tries the driver). A successful start leaves images ' +
      'and layers. Once the dataset is mounted they are hidden, and still use space.',
  ],
  remedy: [
    'If only the files of a failed start are there: rename the directory, make a new one, and mount.',
    'If there is anything else: find out what it is before you mount. The mount deletes nothing, but hides ' +
      'it.',
  ],
  references: [
    'https://github.com/openzfs/zfs/issues/4784',
    'https://github.com/openzfs/zfs/issues/16010',
    'zfsprops(7), overlay',
  ],
  messageId: 'd6a67f15042a52fe9b74e34172f6f688',
  since: '0.1.0',
  follows: ['CG303', 'CG306', 'CG307', 'CG301', 'CG401', 'CG410', 'CG403'],
  check: (diagnosis) =>
    whenIntended(diagnosis, ({ intended, consequence, certain }) => {
      if (consequence.kind === 'none' || (consequence.kind === 'records' && !certain)) {
        return notApplicable('nothing depends on the dataset');
      }
      const { contents, dataset, mountpoint } = intended;
      if (contents.state === 'unknown') return unknownAnswer(contents.why);
      const kind = kindOf(contents);
      if (kind === 'empty') return passed;
      const foreign = contents.state === 'known' ? contents.value.foreign : [];
      return finding({ dataset, mountpoint, skeletonOnly: kind === 'skeleton', foreign });
    }),
  message: ({ dataset, mountpoint, skeletonOnly, foreign }) =>
    skeletonOnly
      ? `${mountpoint}, where ${dataset} is to be mounted, holds only files of a failed start of CRI-O.`
      : `${mountpoint}, where ${dataset} is to be mounted, holds files that the mount would hide: ${foreign.join(', ')}.`,
  advice: ({ mountpoint, skeletonOnly, foreign }) =>
    clearAdvice({ mountpoint, contents: skeletonOnly ? 'skeleton' : 'foreign', foreign }),
  examples: {
    fail: [
      {
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          { name: 'tank/crio', mountpoint: '/var/lib/crio', mounted: 'no' },
        ],
        files: {
          '/var/lib/crio/containers/storage.lock': '',
          '/var/lib/crio/containers/userns.lock': '',
          '/var/lib/crio/containers/zfs/': '',
        },
      },
      {
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          { name: 'tank/crio', mountpoint: '/var/lib/crio', mounted: 'no' },
        ],
        files: { '/var/lib/crio/notes.txt': 'mine' },
      },
    ],
    pass: [
      { files: { '/var/lib/crio/notes.txt': 'mine' } },
      {
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          { name: 'tank/crio', mountpoint: '/var/lib/crio', mounted: 'no' },
        ],
      },
    ],
  },
});
