import { withLayersParent } from '../shared/layers-parent.js';
import { defineRule, finding, notApplicable, passed, unknownAnswer } from '../rule.js';
import { shellWord } from '../../text/shell-word.js';
import { command, sentence } from '../../text/advice-line.js';

/** Enough to look at; the rest is in the same place. */
const SHOWN = 3;

export const layersOutOfStep = defineRule<{
  readonly dataset: string;
  readonly list: string;
  readonly orphans: number;
  readonly missing: number;
  readonly incomplete: number;
  readonly shown: readonly string[];
}>({
  code: 'CG604',
  slug: 'layers-out-of-step',
  severity: 'warning',
  certainty: 'heuristic',
  title: 'The list of layers and the datasets do not match',
  explanation: [
    'layers.json lists each layer, and the driver keeps it as a dataset of that name. After a crash, a ' +
      'rollback, a removal by hand, or a wipe whose "zfs destroy" failed, one can exist without the other.',
    'A layer whose dataset is gone cannot be mounted: containers of its image do not start, and up to CRI-O ' +
      '1.31 the layer cannot even be removed ("cannot open ...: dataset does not exist", again and again). A ' +
      'dataset that is in no list uses its space without end: with zfs, containers/storage cannot find layers ' +
      'that are not in its list (ListLayers is not supported).',
    'An unfinished layer is marked in the list. CRI-O deletes it when it reads the list ("Found incomplete ' +
      'layer"), and tries again at each start while a clone or a hold keeps its dataset.',
    'Datasets that look left over may belong to another store with the same zfs.fsname: Podman, Docker, or a ' +
      'CRI-O with another graphroot.',
  ],
  remedy: [
    'Layers without a dataset: with a CRI-O newer than 1.31, stopped, "crio check --repair" removes ' +
      'their entries; the images are pulled again.',
    'Datasets without an entry: make sure that no other store uses them, then destroy them one by one, after ' +
      'you have seen what would be destroyed (zfs destroy -nv).',
  ],
  references: [
    'https://github.com/cri-o/cri-o/issues/6414',
    'https://github.com/moby/moby/issues/43080',
    'https://github.com/moby/moby/issues/40036',
  ],
  messageId: 'efc959e68dcf7bf471cb0dfa536034ec',
  since: '0.1.0',
  check: (diagnosis) =>
    withLayersParent(diagnosis, ({ input }, { dataset, datasets }) => {
      const { facts, request } = input;
      if (facts.deep === undefined) return notApplicable('looked at with --deep only');
      if (request.imagestore !== '') return notApplicable('with an imagestore the layers are in two lists');
      const ids = new Set<string>();
      const incomplete = new Set<string>();
      for (const { content } of [facts.store.layers, facts.deep.volatileLayers]) {
        if (content.state === 'unknown') return unknownAnswer(content.why);
        if (content.state === 'absent') continue;
        if (content.value.kind === 'broken') return notApplicable('the list of layers cannot be read');
        for (const id of content.value.ids) ids.add(id);
        for (const id of content.value.incomplete ?? []) incomplete.add(id);
      }
      const start = `${dataset.name}/`;
      const layers = datasets.flatMap(({ name }) =>
        name.startsWith(start) && /^[0-9a-f]{64}$/.test(name.slice(start.length))
          ? [name.slice(start.length)]
          : [],
      );
      const present = new Set(layers);
      const orphans = layers.filter((id) => !ids.has(id));
      const missing = [...ids].filter((id) => !present.has(id));
      if (orphans.length === 0 && missing.length === 0 && incomplete.size === 0) return passed;
      return finding({
        dataset: dataset.name,
        list: facts.store.layers.path,
        orphans: orphans.length,
        missing: missing.length,
        incomplete: incomplete.size,
        shown: [...new Set([...missing, ...incomplete, ...orphans])].slice(0, SHOWN),
      });
    }),
  message: ({ dataset, list, orphans, missing, incomplete }) => {
    const parts = [
      ...(missing > 0
        ? [`${missing} of its layers ${missing === 1 ? 'has' : 'have'} no dataset below ${dataset}`]
        : []),
      ...(orphans > 0
        ? [
            `${orphans} layer ${orphans === 1 ? 'dataset' : 'datasets'} below ${dataset} ` +
              `${orphans === 1 ? 'is' : 'are'} not in it`,
          ]
        : []),
    ];
    const half = `${incomplete} ${incomplete === 1 ? 'layer was' : 'layers were'} never finished`;
    if (parts.length === 0)
      return `${list}: ${half}, and CRI-O will try to delete ${incomplete === 1 ? 'it' : 'them'}.`;
    const all = incomplete === 0 ? parts : [...parts, half];
    return `${list} and the pool do not match: ${all.join(', and ')}.`;
  },
  advice: ({ dataset, shown }) => [
    sentence('Is another store using this dataset?'),
    command(`grep -rs fsname /etc/containers /etc/crio /etc/docker/daemon.json`),
    command(`zfs list -r -d 1 -o name,creation,used,origin ${shellWord(dataset)}`),
    ...shown.map((id) => command(`zfs list ${shellWord(`${dataset}/${id}`)}`)),
    sentence('While CRI-O is stopped; this lists what is damaged, and repairs nothing:'),
    command('crio check'),
  ],
  examples: {
    fail: [
      {
        deep: true,
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          { name: 'tank/crio', mountpoint: '/var/lib/crio' },
          { name: `tank/crio/${'a'.repeat(64)}`, mountpoint: 'legacy' },
        ],
      },
      {
        deep: true,
        files: { '/var/lib/crio/containers/zfs-layers/layers.json': `[{"id":"${'b'.repeat(64)}"}]` },
      },
      {
        deep: true,
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          { name: 'tank/crio', mountpoint: '/var/lib/crio' },
          { name: `tank/crio/${'a'.repeat(64)}`, mountpoint: 'legacy' },
        ],
        files: {
          '/var/lib/crio/containers/zfs-layers/layers.json': `[{"id":"${'a'.repeat(64)}","flags":{"incomplete":true}}]`,
        },
      },
    ],
    pass: [
      {
        deep: true,
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          { name: 'tank/crio', mountpoint: '/var/lib/crio' },
          { name: `tank/crio/${'a'.repeat(64)}`, mountpoint: 'legacy' },
          { name: `tank/crio/${'c'.repeat(64)}`, mountpoint: 'legacy' },
        ],
        files: {
          '/var/lib/crio/containers/zfs-layers/layers.json': `[{"id":"${'a'.repeat(64)}"}]`,
          '/var/lib/crio/containers/zfs-layers/volatile-layers.json': `[{"id":"${'c'.repeat(64)}"}]`,
        },
      },
    ],
  },
});
