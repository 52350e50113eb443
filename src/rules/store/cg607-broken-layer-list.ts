import { withZfsStore } from '../shared/layers-parent.js';
import { parentOf } from '../../host/paths.js';
import { defineRule, finding, passed, unknownAnswer } from '../rule.js';
import { shellWord } from '../../text/shell-word.js';

export const brokenLayerList = defineRule<{
  readonly file: string;
  readonly length: number;
  readonly start: string;
}>({
  code: 'CG607',
  slug: 'broken-layer-list',
  severity: 'warning',
  certainty: 'exact',
  title: 'The list of layers is not readable',
  explanation: [
    'containers/storage keeps its list of layers in layers.json. CRI-O does not read it to start, only ' +
      'images.json and containers.json (load() in store.go), so it comes up, and then every pull and ' +
      'every new container fails with "loading ...layers.json". "crio check --repair" cannot help: it ' +
      'needs the list, too.',
    'If CRI-O crashed before, its check of the storage fails on this file, and it wipes: because the ' +
      'store cannot be closed, graphroot is unmounted where it is a mountpoint, and CRI-O starts anew ' +
      'in the directory below.',
    'The usual cause is a machine that lost power, or a full file system, in the middle of a write.',
  ],
  remedy: [
    'Bring the file back from a snapshot of the dataset, if there is one: the layers it names have to exist.',
    'Otherwise give up the store: with CRI-O stopped, move graphroot aside and destroy its layers, and ' +
      'let the images be pulled again.',
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
    `head -c 200 ${shellWord(file)}`,
    `ls -la ${shellWord(parentOf(file))}`,
    'Older versions of it, if the dataset has snapshots:',
    `ls -la "$(findmnt -no TARGET --target ${shellWord(file)})"/.zfs/snapshot/`,
  ],
  examples: {
    fail: [
      { files: { '/var/lib/crio/containers/zfs-layers/layers.json': '\u0000\u0000\u0000\u0000' } },
      { files: { '/var/lib/crio/containers/zfs-layers/layers.json': '[{"id":"77c1",' } },
    ],
    pass: [{}, { files: { '/var/lib/crio/containers/zfs-layers/layers.json': '[]' } }],
  },
});
