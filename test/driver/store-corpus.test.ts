import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { diagnose } from '../../src/check/diagnose.js';
import { driverListArguments } from '../../src/facts/zfs/fsname-listing.js';
import { ZFS_LIST_ARGUMENTS } from '../../src/facts/zfs/datasets.js';
import { known, type Probe } from '../../src/host/probe.js';
import type { Execution } from '../../src/host/host.js';
import { expectedOf, readLines, VERSIONS } from '../config/corpus.js';
import { MachineHost } from '../rules/machine-host.js';
import { mountTable } from '../rules/machine-mounts.js';

interface Run {
  readonly exitCode: number;
  readonly messages: readonly string[];
}

interface StoreCase {
  readonly id: string;
  readonly root: string;
  readonly runroot: string;
  readonly imagestore: string;
  readonly driver: string;
  readonly options: readonly string[];
  readonly zfs: boolean;
  readonly device: boolean;
  readonly listing: Execution;
  readonly directories: readonly string[];
  readonly files: Readonly<Record<string, string>>;
  readonly symlinks: Readonly<Record<string, string>>;
  readonly expect: Readonly<Record<string, readonly Run[]>>;
}

const PATH = '/usr/sbin';

function hostOf(test: Partial<StoreCase>): MachineHost {
  const programs: Record<string, Probe<Execution>> = {
    [`${PATH}/zfs ${ZFS_LIST_ARGUMENTS.join(' ')}`]: known({ exitCode: 0, stdout: '', stderr: '' }),
    [`${PATH}/zfs ${driverListArguments('tank/c').join(' ')}`]: known(
      test.listing ?? { exitCode: 0, stdout: '', stderr: '' },
    ),
  };
  return new MachineHost(
    {
      files: {
        ...(test.zfs === true ? { [`${PATH}/zfs`]: '' } : {}),
        ...(test.device === true ? { '/dev/zfs': '' } : {}),
        ...test.files,
      },
      directories: [
        '/srv',
        '/run',
        '/var/lib',
        '/sys/module/zfs',
        '/proc/spl/kstat/zfs',
        ...(test.directories ?? []),
      ],
      symlinks: test.symlinks ?? {},
      environment: {},
      programs,
    },
    mountTable({ mounts: [{ mountpoint: '/srv', fileSystem: 'tmpfs' }], datasets: [] }),
    undefined,
  );
}

describe('stores that CRI-O itself has opened', () => {
  const cases = readLines<StoreCase>('store/cases.jsonl');
  for (const version of VERSIONS) {
    it(`are predicted for CRI-O ${version.text}`, async () => {
      const wrong: string[] = [];
      const unknown: string[] = [];
      for (const test of cases) {
        const { root = '', runroot = '', driver = '', imagestore, options = [] } = test;
        const flags = ['--root', root, '--runroot', runroot, '--storage-driver', driver];
        if (imagestore !== undefined) flags.push('--imagestore', imagestore);
        for (const option of options) flags.push('--storage-opt', option);
        const environment = new Map([['PATH', PATH]]);
        const invocation = { program: '/usr/bin/crio', flags, environment, workingDirectory: '/' };
        const askVersion = () => Promise.resolve(known(version));
        const { prediction } = await diagnose(hostOf(test), { invocation, askVersion, deep: false });
        const [run] = expectedOf(test.expect ?? {}, version);
        const opened = run?.exitCode === 0 || run?.messages.some((text) => text.includes('Wiping')) === true;
        const said = /level=fatal msg=("(?:[^"\\]|\\.)*")/.exec(run?.messages.join('\n') ?? '')?.[1];
        const words: unknown =
          said === undefined
            ? ''
            : JSON.parse(said.replace(/\\x00/g, '\\u0000').replaceAll('/opt/fake/', '/usr/sbin/'));
        if (prediction.outcome === 'unknown') unknown.push(test.id ?? '');
        else if (
          opened
            ? prediction.outcome === 'starts'
            : prediction.outcome === 'fails' && (prediction.words === words || !prediction.exactWords)
        )
          continue; // prettier-ignore
        else
          wrong.push(
            `${test.id}: ${JSON.stringify(prediction)} instead of ${opened ? 'starts' : JSON.stringify(words)}`,
          );
      }
      assert.deepEqual(wrong, []);
      // One answer of one program proves nothing: a list with wrong columns may be cut off.
      assert.deepEqual(unknown, ['list-12-columns', 'list-24K', 'list-blank-line']);
    });
  }
});
