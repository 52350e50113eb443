import { diagnose } from '../../src/check/diagnose.js';
import type { CrioVersion } from '../../src/config/installed-crio/crio-version.js';
import type { Prediction } from '../../src/driver/prediction.js';
import { ZFS_LIST_ARGUMENTS } from '../../src/facts/zfs/datasets.js';
import { driverListArguments } from '../../src/facts/zfs/fsname-listing.js';
import type { Execution } from '../../src/host/host.js';
import { known, type Probe } from '../../src/host/probe.js';
import { readLines, type Agreement } from '../config/corpus.js';
import { MachineHost } from '../rules/machine-host.js';
import { mountTable } from '../rules/machine-mounts.js';

/** What one call of `crio wipe` did. */
export interface Run {
  readonly exitCode: number;
  readonly messages: readonly string[];
}

/** A store, opened with a `zfs` that answers one thing, and what the versions of CRI-O did. */
export interface StoreCase {
  readonly id: string;
  readonly root: string;
  readonly runroot: string;
  readonly imagestore?: string;
  readonly driver: string;
  readonly options: readonly string[];
  readonly command: readonly string[];
  /** Whether the command `zfs` is there, and `/dev/zfs`. */
  readonly zfs: boolean;
  readonly device: boolean;
  readonly listing: Execution;
  readonly directories: readonly string[];
  readonly files: Readonly<Record<string, string>>;
  readonly symlinks: Readonly<Record<string, string>>;
  readonly mounts: readonly string[];
  readonly expect: Readonly<Record<string, readonly Run[]>>;
}

/** Where the corpus has its `zfs`, and where the prediction is given one. */
export const FAKE_PATH = '/opt/fake';
const PATH = '/usr/sbin';

export function readStoreCases(file = 'store/cases.jsonl'): StoreCase[] {
  const listing = { exitCode: 0, stdout: '', stderr: '' };
  const lists = { options: [], directories: [], mounts: [], files: {}, symlinks: {}, expect: {} };
  const texts = { id: '', root: '', runroot: '', driver: '', command: ['wipe'], zfs: false, device: false };
  const stores = readLines<StoreCase>(file).filter((line) => 'listing' in line);
  return stores.map((line) => ({ ...lists, ...texts, listing, ...line }));
}

export function flagsOf({ root, runroot, driver, imagestore, options }: StoreCase): string[] {
  return [
    ...['--root', root, '--runroot', runroot, '--storage-driver', driver],
    ...(imagestore === undefined ? [] : ['--imagestore', imagestore]),
    ...options.flatMap((option) => ['--storage-opt', option]),
  ];
}

function storeHost(test: StoreCase): MachineHost {
  const programs: Record<string, Probe<Execution>> = {
    [`${PATH}/zfs ${ZFS_LIST_ARGUMENTS.join(' ')}`]: known({ exitCode: 0, stdout: '', stderr: '' }),
    [`${PATH}/zfs ${driverListArguments('tank/c').join(' ')}`]: known(test.listing),
  };
  return new MachineHost(
    {
      files: {
        ...(test.zfs ? { [`${PATH}/zfs`]: '' } : {}),
        ...(test.device ? { '/dev/zfs': '' } : {}),
        ...test.files,
      },
      directories: [
        '/srv',
        '/run',
        '/var/lib',
        '/sys/module/zfs',
        '/proc/spl/kstat/zfs',
        ...test.directories,
      ],
      symlinks: test.symlinks,
      environment: {},
      programs,
    },
    mountTable({ mounts: [{ mountpoint: '/srv', fileSystem: 'tmpfs' }], datasets: [] }),
    undefined,
  );
}

export async function predictStore(test: StoreCase, version: CrioVersion): Promise<Prediction> {
  const environment = new Map([['PATH', PATH]]);
  const invocation = { program: '/usr/bin/crio', flags: flagsOf(test), environment, workingDirectory: '/' };
  const askVersion = () => Promise.resolve(known(version));
  const { prediction } = await diagnose(storeHost(test), { invocation, askVersion, deep: false });
  return prediction;
}

/** Whether the store was opened, and else the words. */
export interface StoreAnswer {
  readonly opened: boolean;
  readonly words: string;
}

export function storeAnswer({ exitCode, messages }: Run): StoreAnswer {
  const opened = exitCode === 0 || messages.some((text) => text.includes('Wiping'));
  const said = /level=fatal msg=("(?:[^"\\]|\\.)*")/.exec(messages.join('\n'))?.[1];
  if (said === undefined) return { opened, words: '' };
  const literal = said.replace(/\\x00/g, '\\u0000').replaceAll(`${FAKE_PATH}/`, `${PATH}/`);
  const words: unknown = JSON.parse(literal);
  return { opened, words: String(words) };
}

export function compareStore({ opened, words }: StoreAnswer, prediction: Prediction): Agreement {
  switch (prediction.outcome) {
    case 'unknown':
      return 'unknown';
    case 'starts':
      return opened ? 'agrees' : 'wrong';
    case 'fails':
      if (opened) return 'wrong';
      if (prediction.words === words) return 'agrees';
      return prediction.exactWords ? 'wrong' : 'words differ';
  }
}
