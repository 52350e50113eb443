import type { EffectiveStorage } from '../../config/configuration.js';
import { fsnameOf } from '../../driver/options.js';
import { contains } from '../../host/containment.js';
import type { Facts } from '../../facts/facts.js';
import { parentDataset, poolOf } from '../../host/pool-state.js';
import { valueOf } from '../../host/probe.js';
import { withZfsStore } from '../shared/layers-parent.js';
import { defineRule, finding, passed, unknownAnswer } from '../rule.js';
import { freeDatasetName } from '../shared/free-dataset-name.js';
import { fsnameAdvice, optionsPinnedBy } from '../shared/setting.js';
import { shellWord } from '../../text/shell-word.js';
import { command, sentence } from '../../text/advice-line.js';

type Data = {
  readonly dataset: string;
  readonly engine: string;
  /** What says so. */
  readonly source: string;
  /** A name for a dataset of CRI-O's own. */
  readonly newDataset: string;
  readonly optionsPinned: string;
};

export const twoEngines = defineRule<Data>({
  code: 'CG406',
  slug: 'two-engines',
  severity: 'warning',
  certainty: 'heuristic',
  title: 'Another container engine makes its layers in the same dataset',
  explanation: [
    'Docker, containerd and Podman make layers as datasets of the same kind. Their names are random and do ' +
      'not collide, but each engine treats all that it finds as its own. When a layer that it wants to make ' +
      'exists, the driver destroys it with everything that depends on it (Create in drivers/zfs/zfs.go, zfs ' +
      'destroy -R). A wipe or a clean-up of one engine does not know the layers of the other.',
    'Podman with the same graphroot is different: CRI-O and Podman are made to share one store, with its ' +
      'locks.',
  ],
  remedy: ['Give each engine a dataset of its own. The engine that moves must pull its images again.'],
  references: ['https://github.com/containers/podman/issues/7290', 'containers-storage.conf(5)'],
  messageId: '3caad49cee0d427ecad136baf36eccd0',
  since: '0.1.0',
  check: (diagnosis) =>
    withZfsStore(diagnosis, (starting, dataset) => {
      const { input, configuration } = starting;
      const { facts, request } = input;
      const other =
        docker(facts, dataset) ??
        containerd(facts, dataset) ??
        (configuration.kind === 'resolved'
          ? podman(configuration.storage, request.graphroot, dataset)
          : undefined) ??
        unnamed(facts, request.graphroot, dataset);
      if (other !== undefined)
        return finding({
          dataset,
          ...other,
          newDataset: freeDatasetName(facts, poolOf(dataset)),
          optionsPinned: optionsPinnedBy(starting),
        });
      const store = facts.docker;
      // A file that Docker cannot parse either keeps Docker from starting.
      const isUnread = store?.state === 'unknown' && store.why.kind !== 'unreadable';
      return isUnread ? unknownAnswer(store.why) : passed;
    }),
  message: ({ dataset, engine, source }) =>
    `CRI-O and ${engine} make their layers in the same dataset, ${dataset} (${source}).`,
  advice: ({ dataset, newDataset, optionsPinned }) => [
    sentence('The names do not show whose layers they are; list them:'),
    command(`zfs list -r -d1 -o name,creation,mountpoint ${shellWord(dataset)}`),
    sentence('Give CRI-O its own dataset, once the node is drained; images must be pulled again:'),
    command(`zfs create -o mountpoint=none ${shellWord(newDataset)}`),
    fsnameAdvice('CG406', newDataset, optionsPinned),
  ],
  examples: {
    fail: [
      {
        fsname: 'tank/crio',
        files: {
          '/etc/docker/daemon.json': '{"storage-driver": "zfs", "storage-opts": ["zfs.fsname=tank/crio"]}',
        },
      },
      {
        fsname: 'tank/containerd',
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          { name: 'tank/containerd', mountpoint: '/var/lib/containerd/io.containerd.snapshotter.v1.zfs' },
        ],
      },
      {
        graphroot: '/var/lib/crio/podman',
        files: { '/etc/crio/crio.conf.d/10-root.conf': '[crio]\nroot = "/var/lib/crio/containers"\n' },
        fsname: 'tank/crio',
      },
      {
        graphroot: '/var/lib/containers/storage',
        fsname: 'rpool/ROOT/gentoo',
        datasets: [
          { name: 'rpool', mountpoint: 'none' },
          { name: 'rpool/ROOT/gentoo', mountpoint: '/' },
          { name: 'rpool/ROOT/gentoo/5b1c', mountpoint: 'legacy' },
        ],
        mounts: [
          {
            mountpoint: '/var/lib/docker/zfs/graph/5b1c',
            fileSystem: 'zfs',
            source: 'rpool/ROOT/gentoo/5b1c',
          },
        ],
      },
    ],
    pass: [
      {},
      {
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          { name: 'tank/crio', mountpoint: '/var/lib/crio' },
          { name: 'tank/crio/5b1c', mountpoint: 'legacy' },
        ],
        mounts: [
          {
            mountpoint: '/var/lib/crio/containers/zfs/graph/5b1c',
            fileSystem: 'zfs',
            source: 'tank/crio/5b1c',
          },
        ],
      },
      {
        files: {
          '/etc/docker/daemon.json': '{"storage-driver": "zfs", "storage-opts": ["zfs.fsname=tank/docker"]}',
        },
      },
      {
        files: {
          '/etc/docker/daemon.json': '{"storage-driver": "overlay2", "data-root": "/var/lib/crio/docker"}',
        },
      },
    ],
  },
});

type Other = { readonly engine: string; readonly source: string };

function docker(facts: Facts, dataset: string): Other | undefined {
  const store = facts.docker === undefined ? undefined : valueOf(facts.docker);
  if (store?.driver !== 'zfs') return undefined;
  if (store.fsname === dataset) return { engine: 'Docker', source: `zfs.fsname in ${store.file}` };
  if (store.fsname !== '') return undefined;
  const mount = (valueOf(facts.mounts) ?? [])
    .filter(({ mountpoint }) => contains(mountpoint, store.root))
    .reduce((best, next) => (next.mountpoint.length >= best.mountpoint.length ? next : best), NOWHERE);
  return mount.fileSystem === 'zfs' && mount.source === dataset
    ? { engine: 'Docker', source: `data-root ${store.root} in ${store.file}` }
    : undefined;
}

const NOWHERE = { mountpoint: '', fileSystem: '', source: '' };

/** containerd's zfs snapshotter takes the dataset that is mounted on its directory. */
function containerd(facts: Facts, dataset: string): Other | undefined {
  const mount = (valueOf(facts.mounts) ?? []).find(
    ({ source, mountpoint }) =>
      source === dataset && mountpoint.endsWith('/io.containerd.snapshotter.v1.zfs'),
  );
  return mount === undefined ? undefined : { engine: 'containerd', source: `mounted on ${mount.mountpoint}` };
}

/** Whoever it is: a layer below the dataset is mounted where an engine with another root mounts its own. */
function unnamed(facts: Facts, graphroot: string, dataset: string): Other | undefined {
  const own = facts.graphroot.physical;
  const mount = (valueOf(facts.mounts) ?? []).find(
    ({ source, mountpoint }) =>
      !contains(own, mountpoint) &&
      !contains(graphroot, mountpoint) &&
      LAYER_MOUNT.test(mountpoint) &&
      parentDataset(source) === dataset,
  );
  if (mount === undefined) return undefined;
  const root = mount.mountpoint.replace(LAYER_MOUNT, '');
  return { engine: `the engine with its root in ${root}`, source: `${mount.source} is mounted there` };
}

const LAYER_MOUNT = /\/zfs\/graph\/[^/]+$/;

/** Podman goes by storage.conf, which CRI-O's own files may have overridden. */
function podman(storage: EffectiveStorage, graphroot: string, dataset: string): Other | undefined {
  const isStorageConf = (origin: EffectiveStorage['root']['origin']): boolean =>
    origin.kind === 'file' && origin.path.endsWith('storage.conf');
  const own = [{ value: storage.root.value, origin: storage.root.origin }, ...storage.root.overrode].find(
    ({ origin }) => isStorageConf(origin),
  );
  if (own === undefined || own.value === graphroot || own.value === storage.root.value) return undefined;
  const fsname = fsnameOf(
    storage.options.filter(({ origin }) => isStorageConf(origin)).map(({ value }) => value),
  );
  return fsname === dataset
    ? { engine: 'Podman', source: `storage.conf names zfs.fsname and graphroot ${own.value}` }
    : undefined;
}
