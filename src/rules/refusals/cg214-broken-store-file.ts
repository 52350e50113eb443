import { valueOf } from '../../host/probe.js';
import { defineRule } from '../rule.js';
import { shellWord } from '../../text/shell-word.js';
import { whenRefused } from './refusal.js';
import { command, sentence } from '../../text/advice-line.js';

type Data = {
  readonly path: string;
  readonly bytes: number;
  readonly start: string;
};

export const brokenStoreFile = defineRule<Data>({
  code: 'CG214',
  slug: 'broken-store-file',
  severity: 'error',
  certainty: 'exact',
  title: 'images.json or containers.json in the store is corrupt',
  explanation: [
    'containers/storage reads its lists of images and containers while it opens the store (store.go load, ' +
      'images.go load, containers.go load), and CRI-O stops when one of them is not valid JSON. Power ' +
      'failures and full disks leave such files. An empty file counts as an empty list. CRI-O reads ' +
      'layers.json later.',
  ],
  remedy: [
    'Restore the file from a snapshot of the dataset, if there is one.',
    'Otherwise rename it: CRI-O starts with an empty list and pulls the images again. Layers of lost ' +
      'images stay until you remove them.',
  ],
  references: ['https://github.com/containers/storage/blob/main/docs/containers-storage.md'],
  messageId: '6a28627ae187db17b937dd3756560095',
  since: '0.1.0',
  check: (diagnosis) =>
    whenRefused(diagnosis, ['store-file-unreadable', 'store-file-broken'], ({ path }, { input }) => {
      const content = input.facts.store.lists.find((list) => list.path === path)?.content;
      const broken = content === undefined ? undefined : valueOf(content);
      return broken?.kind === 'broken'
        ? { path, bytes: broken.length, start: broken.start }
        : { path, bytes: 0, start: '' };
    }),
  message: ({ path, bytes }) =>
    `${path}${bytes === 0 ? '' : ` (${bytes} bytes)`} is not a valid list, so CRI-O cannot open its store.`,
  advice: ({ path, start }) => [
    ...(start === '' ? [] : [sentence(`It begins with ${JSON.stringify(start.slice(0, 20))}.`)]),
    sentence('Check whether a snapshot holds an older version:'),
    command(`ls -l "$(findmnt -n -o TARGET -T ${shellWord(path)})/.zfs/snapshot"`),
    sentence('If not, rename it. CRI-O then creates a new list:'),
    command(`mv ${shellWord(path)} ${shellWord(`${path}.broken`)}`),
  ],
  examples: {
    fail: [
      { files: { '/var/lib/crio/containers/zfs-images/images.json': 'broken' } },
      { files: { '/var/lib/crio/containers/zfs-containers/containers.json': '{"id": 1}' } },
    ],
    pass: [
      {},
      {
        files: {
          '/var/lib/crio/containers/zfs-images/images.json': '',
          '/var/lib/crio/containers/zfs-containers/containers.json': '[]',
        },
      },
    ],
  },
});
