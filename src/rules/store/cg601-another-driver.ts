import type { OtherStore } from '../../facts/store/other-stores.js';
import type { StoreFile } from '../../facts/store/store-list.js';
import { whenItStarts } from '../shared/outcome.js';
import { defineRule, finding, passed, unknownAnswer } from '../rule.js';
import { shellWord } from '../../text/shell-word.js';
import { command, sentence } from '../../text/advice-line.js';

export const anotherDriver = defineRule<{
  readonly graphroot: string;
  readonly driver: string;
  readonly others: readonly string[];
}>({
  code: 'CG601',
  slug: 'another-driver',
  severity: 'warning',
  certainty: 'exact',
  title: 'graphroot holds images of another storage driver',
  explanation: [
    'Each driver has its own lists below graphroot (DRIVER-images, DRIVER-layers). After a change of the ' +
      'driver CRI-O starts with empty lists and prints nothing: when the driver is configured, ' +
      'containers/storage does not look for the data of other drivers (New() in drivers/driver.go).',
    'All images are pulled again, earlier containers are forgotten, and the data of the other driver still ' +
      'uses space. It looks the same when another engine, for example Podman, uses the same graphroot with ' +
      'its own driver.',
  ],
  remedy: [
    'If the change was a mistake, set the old driver again: images and containers come back.',
    'If the change was intended, remove the old data when nothing needs it: while CRI-O is stopped, or with ' +
      '"podman --storage-driver OLD system reset".',
  ],
  references: [
    'https://github.com/containers/podman/issues/9162',
    'https://github.com/containers/podman/issues/7396',
    'containers-storage.conf(5), driver',
  ],
  messageId: 'a47c797415baf8de9910f9a8c9f85379',
  since: '0.1.0',
  check: (diagnosis) =>
    whenItStarts(diagnosis, ({ input, prediction }) => {
      const { driver } = prediction;
      const { request, facts } = input;
      const { images, layers } = facts.store;
      const all: readonly OtherStore[] = [
        ...(facts.surroundings?.otherStores ?? []),
        { driver: request.driver === '' ? 'zfs' : request.driver, images, layers },
      ];
      // Without ZFS on either side it is none of our business.
      const others = all.filter((other) => other.driver !== driver && [other.driver, driver].includes('zfs'));
      for (const { content } of others.flatMap((other) => [other.images, other.layers])) {
        if (content.state === 'unknown') return unknownAnswer(content.why);
      }
      const left = others.flatMap((other) => {
        const held = describe(other);
        return held === '' ? [] : [`${other.driver} (${held})`];
      });
      return left.length === 0 ? passed : finding({ graphroot: request.graphroot, driver, others: left });
    }),
  message: ({ graphroot, driver, others }) =>
    `CRI-O will use driver ${driver}, but ${graphroot} holds a store of ${others.join(' and ')}, which ` +
    'it will not see.',
  advice: ({ graphroot }) => [
    sentence('To see which setting decides the driver:'),
    command('crio-guard --config'),
    sentence('To see how much space the stores use:'),
    command(`du -shx ${shellWord(graphroot)}/*`),
  ],
  examples: {
    fail: [
      { files: { '/var/lib/crio/containers/overlay-images/images.json': '[{"id":"6b3a","layer":"77c1"}]' } },
      { files: { '/var/lib/crio/containers/overlay-layers/layers.json': '[{"id":"77c1"},{"id":"912f"}]' } },
    ],
    pass: [{}, { files: { '/var/lib/crio/containers/overlay-images/images.json': '[]' } }],
  },
});

function describe({ images, layers }: OtherStore): string {
  return [count(images, 'image'), count(layers, 'layer')].filter((text) => text !== '').join(', ');
}

function count({ content }: StoreFile, noun: string): string {
  if (content.state !== 'known') return '';
  if (content.value.kind === 'broken') return `${noun}s in a broken list`;
  const { length } = content.value.ids;
  return length === 0 ? '' : `${length} ${noun}${length === 1 ? '' : 's'}`;
}
