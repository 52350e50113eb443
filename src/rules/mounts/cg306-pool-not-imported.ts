import { innerCause } from '../../driver/cause.js';
import { fsnameOf } from '../../driver/options.js';
import { poolOf } from '../../host/pool-state.js';
import { valueOf } from '../../host/probe.js';
import { intentionOf } from '../shared/intention.js';
import { nearestName } from '../../text/nearest-name.js';
import { rootCause } from '../refusals/root-file-system.js';
import {
  defineRule,
  finding,
  notApplicable,
  passed,
  unknownAnswer,
  withStore,
  type StoreDiagnosis,
} from '../rule.js';
import { shellWord } from '../../text/shell-word.js';
import { command, sentence } from '../../text/advice-line.js';

type Data = {
  /** Empty when the missing one is unknown. */
  readonly pool: string;
  /** What names the pool. */
  readonly source: string;
  readonly imported: readonly string[];
  /** Where layers would go; empty when CRI-O refuses to start. */
  readonly landing: string;
};

export const poolNotImported = defineRule<Data>({
  code: 'CG306',
  slug: 'pool-not-imported',
  severity: 'error',
  certainty: 'exact',
  title: 'The pool that CRI-O needs is not imported',
  explanation: [
    'Datasets can be seen and mounted only while their pool is imported. At boot zfs-import-cache.service ' +
      'imports the pools listed in /etc/zfs/zpool.cache, and nothing when that file is missing or empty; ' +
      'zfs-import-scan.service, which searches all disks for pools, is disabled by the systemd presets.',
    'A pool that another system used last is imported only with force (-f). Never force an import before you ' +
      'are certain that no other machine uses the disks: two machines that use one pool destroy it.',
  ],
  remedy: [
    'Import the pool, make sure that its datasets are mounted, and start CRI-O again.',
    'If the pool is not found, look for its disks first.',
  ],
  references: [
    'https://github.com/openzfs/zfs/issues/8549',
    'https://openzfs.github.io/openzfs-docs/msg/index.html',
    'zpool-import(8)',
  ],
  messageId: 'f543e28fbf094ed591eae12e94f0d1a9',
  since: '0.1.0',
  subject: ({ pool }) => ({ pool }),
  check: (diagnosis) =>
    withStore(diagnosis, (store) => {
      const { pools, module } = store.input.facts.zfs;
      const { prediction } = store;
      if (prediction.outcome === 'unknown') return unknownAnswer(...prediction.missing);
      if (module.state === 'absent' || pools.state === 'absent')
        return notApplicable('the module is not loaded');
      if (pools.state === 'unknown') return unknownAnswer(pools.why);
      const imported = pools.value.map(({ name }) => name);
      const missing = missingPool(store, imported);
      return missing === undefined ? passed : finding({ ...missing, imported });
    }),
  message: ({ pool, source, landing }) => {
    if (pool === '') return "No pool is imported, so there is no ZFS for CRI-O's store, and CRI-O fails.";
    const outcome = landing === '' ? 'CRI-O fails' : `layers will go to ${landing}`;
    return `The pool ${pool} is not imported, but ${source}, so ${outcome}.`;
  },
  advice: ({ pool, imported }) => [
    ...(imported.length === 0 ? [] : [sentence(`Imported: ${imported.join(', ')}.`)]),
    sentence('List the pools that can be imported, and their state:'),
    command('zpool import'),
    ...(pool === ''
      ? [sentence('Import the one that CRI-O needs (zpool import NAME), and start CRI-O again.')]
      : [command(`zpool import ${shellWord(pool)}`), command('systemctl restart crio.service')]),
    sentence('See why it was not imported at boot:'),
    command(
      'journalctl -b -u zfs-import-cache.service -u zfs-import-scan.service; ls -l /etc/zfs/zpool.cache',
    ),
  ],
  examples: {
    fail: [
      { datasets: [], pools: {} },
      { datasets: [{ name: 'rpool', mountpoint: 'none' }], fsname: 'tank/crio' },
      {
        datasets: [{ name: 'rpool', mountpoint: 'none' }],
        files: { '/etc/zfs/zfs-list.cache/tank': 'tank\tnone\ton\ntank/crio\t/var/lib/crio\ton\n' },
      },
      {
        datasets: [{ name: 'rpool', mountpoint: 'none' }],
        // The part of a packed nvlist that names the pool.
        files: {
          '/etc/zfs/zpool.cache':
            '\0\0\0\x20\0\0\0\x20\0\0\0\x04name\0\0\0\x09\0\0\0\x01\0\0\0\x04tank\0\0\0\0',
        },
      },
      {
        datasets: [],
        pools: {},
        files: { '/etc/fstab': 'tank/crio /var/lib/crio zfs defaults 0 0\n' },
      },
    ],
    pass: [{}, { fsname: 'tank/nope' }, { datasets: [], pools: {}, driver: 'overlay', graphroot: '/srv/c' }],
  },
});

type Missing = Omit<Data, 'imported'> & {
  readonly pool: string;
  readonly source: string;
  readonly landing: string;
};

function missingPool(store: StoreDiagnosis, imported: readonly string[]): Missing | undefined {
  const { prediction, input } = store;
  const intention = intentionOf(store);
  if (intention !== undefined && !intention.poolImported) {
    const { intended, consequence, certain } = intention;
    const pool = poolOf(intended.dataset);
    const source = `${intended.dataset} of it is to be mounted on ${intended.mountpoint} by ${intended.file ?? 'its property'}`;
    if (consequence.kind === 'refused') return { pool, source, landing: '' };
    if (consequence.kind === 'astray' && certain) return { pool, source, landing: consequence.landing };
  }
  if (prediction.outcome !== 'fails') return undefined;
  const cause = innerCause(prediction.cause);
  if (cause.kind === 'dataset-refused') return poolOfFsname(store, imported);
  if (cause.kind !== 'parent-not-zfs' || rootCause(cause, store).kind !== 'elsewhere') return undefined;
  const cached = input.facts.zfs.cachedPools;
  const forgotten = (cached === undefined ? undefined : valueOf(cached))?.find(
    (name) => !imported.includes(name),
  );
  if (forgotten !== undefined) {
    const { graphroot } = input.request;
    const source = `/etc/zfs/zpool.cache lists it for the boot, and graphroot ${graphroot} is not on ZFS`;
    return { pool: forgotten, source, landing: '' };
  }
  return imported.length === 0 ? { pool: '', source: '', landing: '' } : undefined;
}

/** A name that nearly is that of a dataset is misspelt rather than in another pool (CG207). */
function poolOfFsname({ input }: StoreDiagnosis, imported: readonly string[]): Missing | undefined {
  const fsname = fsnameOf(input.request.options);
  const pool = poolOf(fsname);
  if (pool === '' || imported.includes(pool)) return undefined;
  const names = (valueOf(input.facts.zfs.datasets) ?? []).map(({ name }) => name);
  const isMisspelt = nearestName(fsname, names) !== undefined || nearestName(pool, imported) !== undefined;
  return isMisspelt ? undefined : { pool, source: `zfs.fsname names ${fsname} in it`, landing: '' };
}
