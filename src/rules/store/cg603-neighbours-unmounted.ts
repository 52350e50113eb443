import { contains } from '../../host/containment.js';
import { withStoreOnZfs } from '../shared/layers-parent.js';
import { defineRule, finding, passed, unknownAnswer } from '../rule.js';
import { shellWord } from '../../text/shell-word.js';
import { command, sentence } from '../../text/advice-line.js';

export const neighboursUnmounted = defineRule<{
  readonly graphroot: string;
  readonly neighbours: readonly string[];
}>({
  code: 'CG603',
  slug: 'neighbours-unmounted',
  severity: 'warning',
  certainty: 'exact',
  title: 'A wipe can unmount file systems whose mountpoints begin like graphroot',
  explanation: [
    'When CRI-O wipes its storage and cannot close it first, it unmounts all that is mounted on graphroot ' +
      '(RecursiveUnmount in pkg/mount/mount.go of containers/storage). It compares only the beginning of the ' +
      'path, not whole directory names: /var/lib/crio-data counts as part of /var/lib/crio.',
    'The unmount is lazy. Programs with open files continue; all others see an empty directory, and write to ' +
      'the file system below.',
  ],
  remedy: [
    'Give graphroot a path that is not the beginning of another mountpoint, for example ' +
      '/var/lib/crio/containers instead of /var/lib/crio.',
    'Or mount the other file system elsewhere.',
  ],
  references: ['https://github.com/cri-o/cri-o/issues/2725'],
  messageId: 'c27f4a0738a25b0af66fc160edd09bb0',
  since: '0.1.0',
  check: (diagnosis) =>
    withStoreOnZfs(diagnosis, ({ input }) => {
      const { graphroot, mounts } = input.facts;
      if (mounts.state === 'unknown') return unknownAnswer(mounts.why);
      const neighbours = (mounts.state === 'known' ? mounts.value : []).flatMap(({ mountpoint }) =>
        mountpoint.startsWith(graphroot.path) && !contains(graphroot.path, mountpoint) ? [mountpoint] : [],
      );
      if (neighbours.length === 0) return passed;
      return finding({ graphroot: graphroot.path, neighbours: [...new Set(neighbours)] });
    }),
  message: ({ graphroot, neighbours }) =>
    `If CRI-O ever wipes ${graphroot}, it may unmount ${neighbours.join(', ')} as well: the paths begin alike.`,
  advice: ({ graphroot, neighbours }) => [
    ...neighbours.map((neighbour) => command(`findmnt ${shellWord(neighbour)}`)),
    sentence(
      `Move graphroot below ${graphroot}, or mount the other file system elsewhere. To see where graphroot is set:`,
    ),
    command('crio-guard --config'),
  ],
  examples: {
    fail: [
      {
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          { name: 'tank/crio', mountpoint: '/var/lib/crio' },
          { name: 'tank/data', mountpoint: '/var/lib/crio/containers-data' },
        ],
      },
    ],
    pass: [
      {},
      {
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          { name: 'tank/crio', mountpoint: '/var/lib/crio' },
          { name: 'tank/data', mountpoint: '/var/lib/crio-data' },
        ],
      },
    ],
  },
});
