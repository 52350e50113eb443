import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { DEFAULT_GUARD_CONFIGURATION } from '../../src/config/guard-configuration.js';
import { checkHost } from '../../src/check/check-host.js';
import { mustStop } from '../../src/cli/prestart.js';
import { Deadline } from '../../src/host/deadline.js';
import type { Host } from '../../src/host/host.js';
import { valueOf, type Probe } from '../../src/host/probe.js';
import { LinuxHost } from '../../src/host/linux/linux-host.js';
import { RememberingHost } from '../../src/host/remembering-host.js';
import type { ExampleMachine } from '../../src/rules/rule.js';
import { machineHost } from '../rules/machine.js';
import type { Attempted, Fault, HostileClass } from './fault.js';
import { FORMS, type Form } from './forms.js';
import { HostileHost, type Instead } from './hostile-host.js';
import { BEHAVIOURS, NOT_PROGRAMS } from './programs.js';

/** Milliseconds that a run may take altogether, and how much later it may end on a busy machine. */
const DEADLINE = 600;
const LATE = 10_000;

/** Nodes on which CRI-O starts, so that no stop and no exact error is right. */
export const HEALTHY: Readonly<Record<string, ExampleMachine>> = {
  'the recommended layout': {},
  'zfs.fsname, a drop-in and a store': {
    fsname: 'tank/crio',
    files: {
      '/etc/crio/crio.conf': '[crio]\nlog_dir = "/var/log/crio/pods"\n',
      '/etc/crio/crio.conf.d/10-crio.conf': '[crio.image]\npause_image = "pause"\n',
      '/var/lib/crio/containers/zfs-images/images.json': '[]',
      '/var/lib/crio/containers/zfs-layers/layers.json': '[]',
      '/var/lib/crio/containers/zfs-containers/containers.json': '[]',
      '/etc/sysconfig/crio': 'CRIO_CONFIG_OPTIONS=\n',
    },
  },
};

export interface Attempt {
  readonly class: 'program' | 'file' | 'file that CRI-O reads, too';
  readonly node: string;
  readonly subject: string;
  readonly behaviour: string;
  /** Checks the node with this one answer replaced. @returns undefined when all is well */
  readonly run: () => Promise<Fault | undefined>;
}

/** What a check of a healthy node asks. */
interface Asked {
  readonly programs: ReadonlyMap<string, string>;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** Every program and file that a check of the node asks for, with the right answers. */
async function questionsOf(machine: ExampleMachine): Promise<Asked> {
  const programs = new Map<string, string>();
  const files = new Map<string, Uint8Array>();
  const host = machineHost(machine);
  // What is not there could be, in any form.
  const note = (path: string, answer: Probe<unknown>, right: Uint8Array = new Uint8Array()): void => {
    if (answer.state !== 'unknown' && !(files.get(path)?.length ?? 0)) files.set(path, right);
  };
  const readFile = host.readFile.bind(host);
  host.readFile = async (path, limit) => {
    const answer = await readFile(path, limit);
    note(path, answer, valueOf(answer));
    return answer;
  };
  for (const method of ['stat', 'lstat'] as const) {
    const ask = host[method].bind(host);
    host[method] = async (path) => {
      const answer = await ask(path);
      if (answer.state === 'absent') note(path, answer);
      return answer;
    };
  }
  const run = host.run.bind(host);
  host.run = async (program, args) => {
    const answer = await run(program, args);
    programs.set(basename(program), answer.state === 'known' ? answer.value.stdout : '');
    return answer;
  };
  await check(host);
  return { programs, files };
}

const check = (host: Host) =>
  checkHost(new RememberingHost(host), {
    inherited: true,
    crioFlags: [],
    crioVersion: undefined,
    deep: false,
    configuration: DEFAULT_GUARD_CONFIGURATION,
    guard: { problems: [] },
  });

async function faultOf(
  machine: ExampleMachine,
  instead: Instead,
  mayFail: boolean,
): Promise<Fault | undefined> {
  const deadline = Deadline.in(DEADLINE);
  const environment = { PATH: '/usr/bin:/bin' };
  const real = new LinuxHost({ deadline, environment, userId: 0, program: process.execPath });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), DEADLINE + LATE);
  });
  try {
    const ended = await Promise.race([check(new HostileHost(machineHost(machine), real, instead)), late]);
    if (ended === 'late') return 'hang';
    if (mayFail) return undefined;
    if (mustStop(ended)) return 'stop without proof';
    return ended.exact && ended.diagnosis.prediction.outcome === 'fails'
      ? 'exact error from a broken answer'
      : undefined;
  } catch {
    return 'exception';
  } finally {
    clearTimeout(timer);
  }
}

/** What CRI-O opens itself: where it gets the same answer and fails, a stop is right. */
const CRIOS =
  /^\/(?:etc|usr\/share|usr\/lib|run|var\/lib)\/(?:containers|crio|sysconfig|default|systemd)(?:\/|$)|^\/proc\/self\/mountinfo$/;
/** Where CRI-O makes a directory, or opens one, everything else is a clear answer. */
const DIRECTORIES = /^\/var\/lib\/crio\/containers$|^\/run\/containers\/storage\/zfs-|\.conf\.d$/;
const crioGetsTheSame = (path: string, { isClear }: Form): boolean =>
  CRIOS.test(path) && (isClear || DIRECTORIES.test(path));

/** @param work an empty directory for the programs and files */
export async function attemptsIn(work: string): Promise<readonly Attempt[]> {
  const attempts: Attempt[] = [];
  let number = 0;
  const place = (): string => join(work, String((number += 1)));
  const program = (node: string, machine: ExampleMachine, name: string, right: string) => {
    const add = (behaviour: string, content: string): void => {
      const run = async (): Promise<Fault | undefined> => {
        const path = place();
        fs.writeFileSync(path, content, { mode: 0o755 });
        fs.writeFileSync(`${path}.right`, right);
        return faultOf(machine, { program: { name, path } }, false);
      };
      attempts.push({ class: 'program', node, subject: name, behaviour, run });
    };
    for (const [behaviour, script] of Object.entries(BEHAVIOURS)) add(behaviour, `#!/bin/sh\n${script}\n`);
    for (const [behaviour, content] of Object.entries(NOT_PROGRAMS)) add(behaviour, content);
  };
  const file = (node: string, machine: ExampleMachine, path: string, right: Uint8Array) => {
    const add = (behaviour: string, form: Form): void => {
      const run = async (): Promise<Fault | undefined> => {
        const at = place();
        form.make({ path: at, right });
        const fault = await faultOf(machine, { file: { path, at } }, crioGetsTheSame(path, form));
        fs.rmSync(at, { recursive: true, force: true });
        return fault;
      };
      const kind = CRIOS.test(path) ? 'file that CRI-O reads, too' : 'file';
      attempts.push({ class: kind, node, subject: path, behaviour, run });
    };
    for (const [behaviour, form] of Object.entries(FORMS)) add(behaviour, form);
  };
  for (const [node, machine] of Object.entries(HEALTHY)) {
    const { programs, files } = await questionsOf(machine);
    for (const [name, right] of programs) program(node, machine, name, right);
    for (const [path, right] of files) file(node, machine, path, right);
  }
  return attempts;
}

const newWork = (): string => fs.mkdtempSync(`${fs.realpathSync(tmpdir())}/crio-guard-hostile-`);

/** A directory of its own for {@link attemptsIn}, gone afterwards. */
export async function withWork(then: (work: string) => Promise<void>): Promise<void> {
  const work = newWork();
  try {
    await then(work);
  } finally {
    fs.rmSync(work, { recursive: true, force: true });
  }
}

const NAMES: Readonly<Record<Attempt['class'], string>> = {
  program: 'child program',
  file: 'file that the check reads',
  'file that CRI-O reads, too': 'file that CRI-O reads, too',
};

/** One class for each kind of {@link attemptsIn}. */
export const sweepClasses: readonly HostileClass[] = Object.entries(NAMES).map(([kind, name]) => ({
  name,
  async *attempts(): AsyncIterable<Attempted> {
    const work = newWork();
    try {
      for (const { class: its, node, subject, behaviour, run } of await attemptsIn(work)) {
        if (its === kind) yield { what: `${node}: ${subject}: ${behaviour}`, fault: await run() };
      }
    } finally {
      fs.rmSync(work, { recursive: true, force: true });
    }
  },
}));
