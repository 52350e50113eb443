import { DEFAULT_GUARD_CONFIGURATION } from '../../src/config/guard-configuration.js';
import { checkHost } from '../../src/check/check-host.js';
import { mustStop } from '../../src/cli/prestart.js';
import { reportOf } from '../../src/report/report-of.js';
import type { ExampleMachine } from '../../src/rules/rule.js';
import { escapeControls } from '../../src/text/escape.js';
import { tomlString } from '../../src/text/toml-string.js';
import { messageOf } from '../../src/text/message-of.js';
import { NOW } from '../report/example-report.js';
import { RENDERERS } from '../report/renderers.js';
import { machineHost } from '../rules/machine.js';
import { pasteAdvice } from '../rules/paste.js';
import { HOSTILE_NAMES, UNWRITABLE_NAMES } from '../text/hostile-names.js';
import type { Attempted, Fault, HostileClass } from './fault.js';

/** The longest that Linux allows: NAME_MAX for one component, PATH_MAX without the NUL for a path. */
const LONGEST_COMPONENT = 255;
const LONGEST_PATH = 4095;

const pathOfLength = (length: number): string => {
  const deep = `/${'d'.repeat(LONGEST_COMPONENT)}`.repeat(Math.ceil(length / (LONGEST_COMPONENT + 1)));
  // No name of a directory ends in a slash.
  return deep.slice(1, length).replace(/\/$/, 'd');
};

export const NAMES: Readonly<Record<string, string>> = {
  ...HOSTILE_NAMES,
  ...UNWRITABLE_NAMES,
  'a dash': '-rf',
  'two dashes': '--help',
  specifiers: '%n%i%H%%',
  'a component of 255 bytes': 'n'.repeat(LONGEST_COMPONENT),
  '255 bytes in 85 characters': '界'.repeat(LONGEST_COMPONENT / 3),
  'a path of 4,095 bytes': pathOfLength(LONGEST_PATH - '/srv/'.length),
};

interface Layout {
  /** Whether CRI-O starts with the name, so that no stop and no exact error is right. */
  readonly starts: (name: string) => boolean;
  /** The machine with the name in it; undefined where its files cannot hold it. */
  readonly machine: (name: string) => ExampleMachine | undefined;
}

function withGraphroot(graphroot: string, more: ExampleMachine): ExampleMachine | undefined {
  const root = tomlString(graphroot);
  const conf = `[storage]\ndriver = "zfs"\ngraphroot = ${root ?? ''}\nrunroot = "/run/containers/storage"\n`;
  return root === undefined ? undefined : { files: { '/etc/containers/storage.conf': conf }, ...more };
}

const always = (): boolean => true;
const never = (): boolean => false;

const TANK = { name: 'tank', mountpoint: 'none' };

const LAYOUTS: Readonly<Record<string, Layout>> = {
  'another dataset is mounted at the name': {
    starts: always,
    machine: (name) => ({
      datasets: [
        TANK,
        { name: 'tank/crio', mountpoint: '/var/lib/crio' },
        { name: 'tank/other', mountpoint: `/srv/${name}` },
      ],
    }),
  },
  'another file system is mounted at the name': {
    starts: always,
    machine: (name) => ({
      mounts: [{ mountpoint: `/srv/${name}`, fileSystem: 'fuse.x', source: name }],
    }),
  },
  'graphroot is below the name': {
    // containers/storage expands variables in graphroot, and makes directories in it.
    starts: (name) => !name.includes('$HOME') && name.length < LONGEST_PATH - 255,
    machine: (name) =>
      withGraphroot(`/srv/${name}/containers`, {
        datasets: [TANK, { name: 'tank/crio', mountpoint: `/srv/${name}` }],
      }),
  },
  'graphroot is the mountpoint': {
    starts: never,
    machine: (name) =>
      withGraphroot(`/srv/${name}`, {
        datasets: [TANK, { name: 'tank/crio', mountpoint: `/srv/${name}` }],
      }),
  },
  'the dataset is not mounted': {
    starts: never,
    machine: (name) =>
      withGraphroot(`/srv/${name}/containers`, {
        datasets: [TANK, { name: 'tank/crio', mountpoint: `/srv/${name}`, mounted: 'no' }],
      }),
  },
  'fsname is the name': { starts: never, machine: (name) => ({ fsname: `tank/${name}` }) },
};

/** @returns undefined when all is well */
export async function faultOfName(layout: Layout, name: string): Promise<Fault | undefined> {
  const machine = layout.machine(name);
  if (machine === undefined) return undefined;
  const starts = layout.starts(name);
  try {
    const checked = await checkHost(machineHost(machine), {
      inherited: false,
      crioFlags: undefined,
      crioVersion: undefined,
      deep: false,
      configuration: DEFAULT_GUARD_CONFIGURATION,
      guard: { problems: [] },
    });
    if (starts && mustStop(checked)) return 'stop without proof';
    if (starts && checked.exact && checked.diagnosis.prediction.outcome === 'fails')
      return 'exact error from a broken answer';
    const correction = { state: 'none', actions: [] } as const;
    const report = reportOf(checked, { mode: 'fix', time: NOW, duration: 1, correction });
    const isRaw = (line: string): boolean => escapeControls(line) !== line;
    const outputs = Object.values(RENDERERS).map((render) => render(report));
    return outputs.some((output) => output.split('\n').some(isRaw)) ? 'other broken promise' : undefined;
  } catch {
    return 'exception';
  }
}

export const namesClasses: readonly HostileClass[] = [
  {
    name: 'name in a layout',
    async *attempts(): AsyncIterable<Attempted> {
      for (const [what, layout] of Object.entries(LAYOUTS)) {
        for (const [kind, name] of Object.entries(NAMES))
          yield { what: `${what}: ${kind}`, fault: await faultOfName(layout, name) };
      }
    },
  },
  {
    name: 'name in a command, pasted',
    async *attempts(): AsyncIterable<Attempted> {
      try {
        for (let left = await pasteAdvice(); left > 0; left -= 1) yield { what: '', fault: undefined };
      } catch (error) {
        yield { what: messageOf(error), fault: 'other broken promise' };
      }
    },
  },
];
