import { innerCause } from '../../driver/cause.js';
import { contains } from '../../host/containment.js';
import { valueOf } from '../../host/probe.js';
import { whenItFails } from '../shared/outcome.js';
import { defineRule, finding, notApplicable, passed, unknownAnswer } from '../rule.js';
import { fstabField } from '../../text/fstab-field.js';
import { shellWord } from '../../text/shell-word.js';
import { command, sentence } from '../../text/advice-line.js';

type Data = {
  readonly dataset: string;
  /** `legacy` or `none`. */
  readonly mountpoint: string;
  readonly graphroot: string;
  /** The directory that the dataset is probably named after. */
  readonly directory: string;
};

export const legacyMountedNowhere = defineRule<Data>({
  code: 'CG305',
  slug: 'legacy-mounted-nowhere',
  severity: 'warning',
  certainty: 'heuristic',
  title: 'A dataset that may be meant for graphroot has mountpoint=legacy or none, and nothing mounts it',
  explanation: [
    'ZFS never mounts a dataset with mountpoint=legacy by itself; a line in /etc/fstab or a mount unit has ' +
      'to. A dataset with mountpoint=none is not mounted at all. Both are correct with zfs.fsname, which ' +
      'needs no mount. Without zfs.fsname, CRI-O looks at what is mounted at graphroot.',
    'Here CRI-O stops because graphroot is not on ZFS, and such a dataset has the name of a directory on the ' +
      'way to graphroot. So it is probably meant for graphroot.',
  ],
  remedy: [
    'Give the dataset a mountpoint, or mount it from /etc/fstab.',
    'Or name it with zfs.fsname, if only the layers are to lie in it.',
  ],
  references: ['zfsprops(7), mountpoint', 'https://scvalex.net/posts/49'],
  messageId: '1b1576996a87db41ce86634be79dbdc4',
  since: '0.1.0',
  check: (diagnosis) =>
    whenItFails(diagnosis, (refusal, { input }) => {
      if (innerCause(refusal.cause).kind !== 'parent-not-zfs') {
        return notApplicable('CRI-O stops for another reason');
      }
      const { facts, request } = input;
      if (facts.zfs.datasets.state === 'unknown') return unknownAnswer(facts.zfs.datasets.why);
      if (facts.intended !== undefined) return notApplicable('another dataset is meant for graphroot');
      const mounted = new Set((valueOf(facts.mounts) ?? []).map(({ source }) => source));
      const names = facts.graphroot.physical.split('/').filter((name) => !COMMON.has(name));
      for (const { name, mountpoint, type, properties } of valueOf(facts.zfs.datasets) ?? []) {
        const last = name.split('/').pop() ?? '';
        const isIdle = (mountpoint === 'legacy' || mountpoint === 'none') && !mounted.has(name);
        if (type !== 'filesystem' || !isIdle || !name.includes('/')) continue;
        if (!names.includes(last) || properties.canmount === 'off') continue;
        const directory = directoryNamed(facts.graphroot.physical, last);
        const carrying = valueOf(facts.graphroot.mount)?.mountpoint ?? '/';
        if (contains(directory, carrying)) continue;
        return finding({ dataset: name, mountpoint, graphroot: request.graphroot, directory });
      }
      return passed;
    }),
  message: ({ dataset, mountpoint, graphroot }) =>
    `${dataset} has mountpoint=${mountpoint} and is mounted nowhere; if it is meant for graphroot ${graphroot}, it has to be mounted.`,
  advice: ({ dataset, mountpoint, directory }) => [
    ...(mountpoint === 'legacy'
      ? [
          sentence('Mount it now, and at every boot:'),
          command(
            `mkdir -p ${shellWord(directory)} && mount -t zfs ${shellWord(dataset)} ${shellWord(directory)}`,
          ),
          command(
            `printf '%s\\n' ${shellWord(`${fstabField(dataset)} ${fstabField(directory)} zfs defaults 0 0`)} >> /etc/fstab`,
          ),
          sentence('Or let ZFS mount it:'),
        ]
      : []),
    command(`zfs set mountpoint=${shellWord(directory)} ${shellWord(dataset)}`),
  ],
  examples: {
    fail: [
      {
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          { name: 'tank/crio', mountpoint: 'legacy' },
        ],
      },
    ],
    pass: [
      {},
      {
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          { name: 'tank/crio', mountpoint: 'legacy' },
        ],
        mounts: [{ mountpoint: '/var/lib/crio', fileSystem: 'zfs', source: 'tank/crio' }],
      },
      {
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          { name: 'tank/crio', mountpoint: 'none' },
        ],
        fsname: 'tank/crio',
      },
    ],
  },
});

/** Names of directories that say nothing of CRI-O. */
const COMMON: ReadonlySet<string> = new Set(['', 'var', 'lib', 'srv', 'opt', 'mnt', 'data', 'home', 'usr']);

function directoryNamed(path: string, name: string): string {
  const names = path.split('/');
  return names.slice(0, names.indexOf(name) + 1).join('/');
}
