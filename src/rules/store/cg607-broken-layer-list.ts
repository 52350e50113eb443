import { withZfsStore } from '../shared/layers-parent.js';
import { parentOf } from '../../host/paths.js';
import { defineRule, finding, passed, unknownAnswer } from '../rule.js';
import { shellWord } from '../../text/shell-word.js';
import { command, sentence } from '../../text/advice-line.js';

export const brokenLayerList = defineRule<{
  readonly file: string;
  readonly length: number;
  readonly start: string;
}>({
  code: 'CG607',
  slug: 'broken-layer-list',
  severity: 'warning',
  certainty: 'exact',
  title: 'The list of layers cannot be read',
  explanation: [
    'containers/storage keeps its list of layers in layers.json. At its start CRI-O reads only images.json ' +
      'and containers.json (load() in store.go), so it starts, and then every pull and every new container ' +
      'fails with "loading ...layers.json". "crio check --repair" cannot help: it also needs the list.',
    'If CRI-O crashed before, it checks its storage, fails on this file, and wipes the storage. Because the ' +
      'store cannot be closed, it unmounts graphroot if that is a mountpoint, and starts with an empty store ' +
      'in the directory below.',
    'The usual cause is a power cut, or a full file system, during a write.',
  ],
  remedy: [
    'Restore the file from a snapshot of the dataset, if there is one: the layers in it must exist.',
    'Otherwise give up the store: stop CRI-O, rename graphroot, destroy its layers, and pull the images ' +
      'again.',
  ],
  references: ['https://github.com/cri-o/cri-o/issues/6414', 'crio-check(8)'],
  messageId: '01cf9207ae869280eaa9d45a014d450f',
  since: '0.1.0',
  check: (diagnosis) =>
    withZfsStore(diagnosis, ({ input }) => {
      const { path, content } = input.facts.store.layers;
      if (content.state === 'unknown') return unknownAnswer(content.why);
      if (content.state === 'absent' || content.value.kind === 'list') return passed;
      const { start, length } = content.value;
      return finding({ file: path, length, start });
    }),
  message: ({ file, length }) =>
    `${file} (${length} bytes) is not a list of layers: CRI-O will start, but every pull and every new ` +
    'container will fail.',
  advice: ({ file }) => [
    command(`head -c 200 ${shellWord(file)}`),
    command(`ls -la ${shellWord(parentOf(file))}`),
    sentence('Older versions of it, if the dataset has snapshots:'),
    command(`ls -la "$(findmnt -no TARGET --target ${shellWord(file)})"/.zfs/snapshot/`),
  ],
  examples: {
    fail: [
      { files: { '/var/lib/crio/containers/zfs-layers/layers.json': '\u0000\u0000\u0000\u0000' } },
      { files: { '/var/lib/crio/containers/zfs-layers/layers.json': '[{"id":"77c1",' } },
    ],
    pass: [{}, { files: { '/var/lib/crio/containers/zfs-layers/layers.json': '[]' } }],
  },
});
