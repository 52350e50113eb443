import { parseOption } from '../../driver/options.js';
import type { Dataset } from '../../facts/zfs/datasets.js';
import { poolOf } from '../../host/pool-state.js';
import { valueOf } from '../../host/probe.js';
import { nearestName } from '../../text/nearest-name.js';
import { defineRule, type StoreDiagnosis } from '../rule.js';
import { optionSetBy } from '../shared/setting.js';
import { shellWord } from '../../text/shell-word.js';
import { whenRefused } from './refusal.js';
import { command, sentence } from '../../text/advice-line.js';

type FsnameKind = 'dash' | 'slash' | 'snapshot' | 'volume' | 'pool' | 'missing';

type Data = {
  readonly fsname: string;
  readonly kind: FsnameKind;
  /** The dataset that was probably meant; empty when none comes near. */
  readonly suggestion: string;
  readonly setBy: string;
  /** What zfs says of it. */
  readonly answer: string;
};

const WHAT: Readonly<Record<FsnameKind, string>> = {
  dash: 'zfs takes a name that begins with a dash for an option',
  slash: 'dataset names cannot begin or end with a slash',
  snapshot: 'that is a snapshot or bookmark, and layers need a file system',
  volume: 'that is a volume, and layers need a file system',
  pool: 'no pool of that name is imported',
  missing: 'this dataset does not exist',
};

export const fsnameNamesNothing = defineRule<Data>({
  code: 'CG207',
  slug: 'fsname-names-nothing',
  severity: 'error',
  certainty: 'exact',
  title: 'zfs.fsname does not name a ZFS file system',
  explanation: [
    'With zfs.fsname the driver creates all layers below the named dataset. The dataset must exist when ' +
      'CRI-O starts: the driver runs "zfs list -r" and refuses to start when the command fails or does not ' +
      'print exactly that name (Init in drivers/zfs/zfs.go). Names are case-sensitive.',
    'Up to go-zfs 2 the error quotes the command as "zfs fs list". The library only prints it that way. ' +
      'The command itself is correct.',
  ],
  remedy: [
    'Correct the name, or remove zfs.fsname to use the dataset that contains graphroot.',
    'Create the dataset only if it never existed: a new empty dataset hides all existing images.',
  ],
  references: [
    'https://github.com/containers/podman/issues/20484',
    'https://github.com/containers/storage/issues/1757',
    'containers-storage.conf(5)',
    'zfsprops(7)',
  ],
  messageId: '237f30f3a92daf53d00ccaa5ddf85564',
  since: '0.1.0',
  follows: ['CG306', 'CG307'],
  check: (diagnosis) =>
    whenRefused(diagnosis, ['dataset-refused', 'dataset-not-listed'], (cause, store) => {
      const fsname = cause.dataset;
      return {
        fsname,
        ...classify(fsname, store),
        setBy: fsnameSetBy(store),
        answer: cause.kind === 'dataset-refused' ? cause.answer.trim() : '',
      };
    }),
  message: ({ fsname, kind, suggestion }) =>
    `zfs.fsname names ${fsname}, but ${WHAT[kind]}` +
    (suggestion === '' ? '.' : `; did you mean ${suggestion}?`),
  advice: ({ fsname, kind, suggestion, setBy, answer }) => [
    ...(setBy === '' ? [] : [sentence(`It is set by ${setBy}.`)]),
    ...(answer === '' ? [] : [sentence(`The zfs command prints: ${answer}`)]),
    ...(suggestion === '' ? [] : [sentence(`Set zfs.fsname=${suggestion} there.`)]),
    sentence('Show the existing pools or datasets:'),
    kind === 'pool'
      ? command('zpool list; zpool import')
      : kind === 'dash'
        ? command('zfs list -t filesystem')
        : command(`zfs list -t filesystem -r ${shellWord(poolOf(fsname.replace(/^\/+/, '')))}`),
    ...(kind === 'missing' && suggestion === ''
      ? [
          sentence('Create it only if it never existed:'),
          command(`zfs create -o mountpoint=none ${shellWord(fsname)}`),
        ]
      : []),
  ],
  examples: {
    fail: [
      { fsname: 'tank/nope' },
      { fsname: 'tank/crio/' },
      { fsname: '/tank/crio' },
      { fsname: 'tank/crio@s' },
      { fsname: 'Tank/crio' },
      { fsname: '-r' },
      {
        fsname: 'tank/vol',
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          { name: 'tank/vol', mountpoint: '-', mounted: 'no', properties: { type: 'volume' } },
        ],
      },
    ],
    pass: [
      { fsname: 'tank/crio' },
      {},
      {
        fsname: 'tank/layers',
        datasets: [
          { name: 'tank', mountpoint: 'none' },
          { name: 'tank/layers', mountpoint: 'none' },
        ],
      },
    ],
  },
});

function classify(
  fsname: string,
  { input }: StoreDiagnosis,
): { readonly kind: FsnameKind; readonly suggestion: string } {
  const { datasets, pools } = input.facts.zfs;
  const all: readonly Dataset[] = valueOf(datasets) ?? [];
  const names = all.filter(({ type }) => type === 'filesystem').map(({ name }) => name);
  const bare = fsname.replace(/^\/+|\/+$/g, '');
  const suggest = (name: string): string =>
    names.includes(name) ? name : (nearestName(name, names) ?? otherPool(name, names) ?? '');
  if (fsname.startsWith('-')) return { kind: 'dash', suggestion: '' };
  if (fsname !== bare) return { kind: 'slash', suggestion: suggest(bare) };
  if (/[@#]/.test(fsname)) return { kind: 'snapshot', suggestion: suggest(fsname.replace(/[@#].*/, '')) };
  if (all.some(({ name, type }) => name === fsname && type === 'volume')) {
    return { kind: 'volume', suggestion: '' };
  }
  const poolKnown = pools.state !== 'known' || pools.value.some(({ name }) => name === poolOf(fsname));
  return { kind: poolKnown ? 'missing' : 'pool', suggestion: suggest(fsname) };
}

/** The same path in another pool. */
function otherPool(name: string, names: readonly string[]): string | undefined {
  const path = name.slice(poolOf(name).length);
  return path === ''
    ? undefined
    : names.find((candidate) => candidate.slice(poolOf(candidate).length) === path);
}

function fsnameSetBy(store: StoreDiagnosis): string {
  const text = [...store.input.request.options]
    .reverse()
    .find((option) => parseOption(option)?.key === 'zfs.fsname');
  return text === undefined ? '' : optionSetBy(store, text);
}
