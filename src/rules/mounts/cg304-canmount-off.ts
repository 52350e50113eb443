import { innerCause } from '../../driver/cause.js';
import { contains } from '../../host/containment.js';
import { parentOf } from '../../host/paths.js';
import { valueOf } from '../../host/probe.js';
import { rootCause } from '../refusals/root-file-system.js';
import { whenItFails } from '../shared/outcome.js';
import { defineRule, finding, notApplicable, passed, unknownAnswer } from '../rule.js';
import { shellWord } from '../../text/shell-word.js';
import { isSystemDirectory } from '../shared/system-directory.js';
import { command, sentence } from '../../text/advice-line.js';

type Data = {
  readonly dataset: string;
  readonly mountpoint: string;
  readonly graphroot: string;
};

export const canmountOff = defineRule<Data>({
  code: 'CG304',
  slug: 'canmount-off',
  severity: 'error',
  certainty: 'exact',
  title: 'The dataset that should carry graphroot has canmount=off',
  explanation: [
    'A dataset with canmount=off is never mounted; it only passes its properties on to its children. That is ' +
      'common for parent datasets, and not a fault. Here, however, the mountpoint of such a dataset is ' +
      'graphroot or the directory above it. Nothing else is mounted there, and CRI-O stops because graphroot ' +
      'is not on ZFS.',
    'canmount is not inherited: the children of the dataset are mounted on their own directories.',
  ],
  remedy: [
    'Set canmount=on if the dataset is meant to hold the store, and mount it.',
    'Or make a dataset below it, and let graphroot be a directory in that one.',
  ],
  references: ['zfsprops(7), canmount'],
  messageId: '8045792481e54142cbc48c263e16d64d',
  since: '0.1.0',
  check: (diagnosis) =>
    whenItFails(diagnosis, (refusal, store) => {
      const cause = innerCause(refusal.cause);
      if (cause.kind !== 'parent-not-zfs' || rootCause(cause, store).kind !== 'elsewhere') {
        return notApplicable('CRI-O stops for another reason');
      }
      const { facts, request } = store.input;
      if (facts.zfs.datasets.state === 'unknown') return unknownAnswer(facts.zfs.datasets.why);
      if (facts.intended !== undefined) return notApplicable('another dataset is meant for graphroot');
      const path = facts.graphroot.physical;
      const carrying = valueOf(facts.graphroot.mount)?.mountpoint ?? '/';
      const found = (valueOf(facts.zfs.datasets) ?? [])
        .filter(({ mountpoint }) => mountpoint === path || mountpoint === parentOf(path))
        .filter(({ mountpoint }) => mountpoint !== carrying && contains(carrying, mountpoint))
        .find(
          ({ mountpoint, properties }) => !isSystemDirectory(mountpoint) && properties.canmount === 'off',
        );
      if (found === undefined) return passed;
      return finding({ dataset: found.name, mountpoint: found.mountpoint, graphroot: request.graphroot });
    }),
  message: ({ dataset, mountpoint, graphroot }) =>
    `${dataset}, whose mountpoint is ${mountpoint}, has canmount=off and is never mounted, so graphroot ${graphroot} is not on ZFS.`,
  advice: ({ dataset }) => [
    sentence('If it is meant to hold the store:'),
    command(`zfs set canmount=on ${shellWord(dataset)}`),
    command(`zfs mount ${shellWord(dataset)}`),
    command('systemctl restart crio.service'),
  ],
  examples: {
    fail: [
      {
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          { name: 'tank/crio', mountpoint: '/var/lib/crio', mounted: 'no', properties: { canmount: 'off' } },
        ],
      },
    ],
    pass: [
      {},
      {
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          { name: 'tank/lib', mountpoint: '/var/lib', mounted: 'no', properties: { canmount: 'off' } },
          { name: 'tank/lib/crio', mountpoint: '/var/lib/crio' },
        ],
      },
      {
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          { name: 'tank/crio', mountpoint: '/var/lib/crio', mounted: 'no', properties: { canmount: 'off' } },
        ],
        fsname: 'tank/crio',
      },
    ],
  },
});
