import { isRecord, parseRecord } from '../../src/text/json-record.js';
import type { Ended, Scene } from './scene.js';
import { differenceOf, textOf, type State } from './state.js';
import type { Subject } from './sweep.js';

const REVERT = ['--revert', '--yes', '--force'];

/** What came out of a race; `wrong` says what was. */
export interface Raced {
  readonly what: string;
  readonly race: string;
  readonly end: 'as if before it' | 'as if after it' | 'wrong';
  readonly detail?: string;
}

/** Something that another program does meanwhile: lines of sh, in the root of the machine. */
const FLIPS: Readonly<Record<string, string>> = {
  'storage.conf names another driver': 'sed -i \'s/"zfs"/"overlay"/\' /etc/containers/storage.conf',
  'storage.conf names another graphroot': "sed -i 's|graphroot = .*|graphroot = \"/var/lib/other\"|' /etc/containers/storage.conf", // prettier-ignore
  'a drop-in that is read last comes': "mkdir -p /etc/crio/crio.conf.d; printf '[crio]\\nroot = \"/var/lib/other\"\\n' >/etc/crio/crio.conf.d/zz-crio-guard.conf", // prettier-ignore
  'the dataset is mounted, or unmounted': 'if grep -q /var/lib/crio /machine/mounted; then zfs unmount tank/crio; else zfs mount tank/crio; fi', // prettier-ignore
  'the pool stops':
    '[ ! -e /proc/spl/kstat/zfs/tank/state ] || echo SUSPENDED >/proc/spl/kstat/zfs/tank/state',
  'a store comes': 'mkdir -p /var/lib/crio/containers; : >/var/lib/crio/containers/a-file',
};

/** An empty directory in a dataset that was unmounted meanwhile: nobody sees it, and no run can remove it. */
const CUT_OFF = /^\/backing\/tank\/crio\/containers 700 .*\n/m;

const textSeen = (state: State): string => textOf(state).replace(CUT_OFF, '');

/** How many programs a run starts: between two of them everything else can happen. */
function stepsOf({ scene, args, before }: Subject): number {
  scene.restore(before);
  scene.write('/steps', '');
  scene.run(args);
  const steps = scene.read('/steps')?.length ?? 0;
  scene.remove('/steps');
  return steps;
}

/** Changes something at each step of a run. @param takes whether a combination is tried; asked once for each */
export function* flipped(subject: Subject, takes: () => boolean): Generator<Raced> {
  const { scene, args, before, after, name } = subject;
  const count = stepsOf(subject);
  for (const [race, script] of Object.entries(FLIPS)) {
    const steps = Array.from({ length: count }, (_, step) => step + 1).filter(takes);
    if (steps.length === 0) continue;
    const flip = (state: State): State => {
      scene.restore(state);
      scene.sh(script);
      return scene.state();
    };
    const late = textSeen(flip(after));
    // Found out when it was verified, and taken back.
    scene.run(REVERT);
    const takenBack = textSeen(scene.state());
    const early = flip(before);
    scene.run(args);
    const [ofEarly, again] = [textSeen(early), textSeen(scene.state())];
    for (const step of steps) {
      scene.restore(before);
      scene.write('/flip', script);
      scene.write('/flip-at', String(step));
      scene.write('/steps', '');
      const ended = scene.run(args);
      scene.remove('/flip', '/flip-at', '/steps');
      const text = textSeen(scene.state());
      const end = text === late ? 'as if after it' : 'as if before it';
      const unjustified = whyUnjustified(scene, ended);
      const comes = (to: string): boolean => [late, takenBack, ofEarly, again].includes(to);
      const wrong =
        unjustified ?? (comes(text) || comes(goOn(subject, text)) ? undefined : differenceOf(again, text));
      const what = `${name}: ${race}, at program ${step} of ${count}`;
      yield wrong === undefined ? { what, race, end } : { what, race, end: 'wrong', detail: wrong };
    }
  }
}

/** A run that has put right a part, as it was by then, has the next one go on; nothing may be unfinished. */
function goOn({ scene, args }: Subject, text: string): string {
  if (/^(?:begun|reverting) /m.test(text)) return text;
  scene.run(args);
  return textSeen(scene.state());
}

/** A stop, where CRI-O would start on the machine as it is now. */
function whyUnjustified(scene: Scene, { stdout, status, stderr }: Ended): string | undefined {
  if (status === null || /internal error|^\s+at /m.test(stderr))
    return `it did not end well: ${stderr.slice(0, 300)}`;
  if (stdout !== 'stop\n') return undefined;
  const prediction = parseRecord(scene.run(['--check', '--json']).stdout)?.['prediction'];
  const outcome = isRecord(prediction) ? prediction['outcome'] : undefined;
  return outcome === 'starts' ? 'CRI-O was stopped, and would start' : undefined;
}

/** The worker of the service on D-Bus runs the second one. */
const COMMANDS: readonly (readonly string[])[] = [['--prestart'], ['--fix', '--json'], ['--fix', '--yes']];

/** Milliseconds within which the commands of a round start. */
const SPREAD = 1_200;

/** Runs the commands at the same time, in these rounds, every other one with a revert. */
export async function* inParallel(
  subject: Subject,
  rounds: readonly number[],
  random: () => number,
): AsyncGenerator<Raced> {
  const { scene, before, after, name } = subject;
  const [textBefore, textAfter] = [textOf(before), textOf(after)];
  for (const round of rounds) {
    const isReverted = round % 2 === 1;
    scene.restore(round % 4 < 2 ? before : after);
    const offsets: string[] = [];
    const runs = [...COMMANDS, ...(isReverted ? [REVERT] : [['--prestart']])].map(async (args) => {
      const offset = Math.floor(random() * SPREAD);
      offsets.push(`${args.join(' ')} after ${offset} ms`);
      await new Promise((resolve) => setTimeout(resolve, offset));
      return { args, ended: await scene.start(args) };
    });
    const ended = await Promise.all(runs);
    const text = textOf(scene.state());
    const race = isReverted ? 'commands in parallel, with a revert' : 'commands in parallel';
    const isStopped = ended.some((one) => one.ended.stdout === 'stop\n');
    const bad = ended.find((one) => one.ended.status === null || /internal error/.test(one.ended.stderr));
    const wrong =
      text !== textAfter && (text !== textBefore || !isReverted)
        ? differenceOf(textAfter, text)
        : isStopped && !isReverted
          ? 'CRI-O was stopped, although another run put the machine right'
          : bad === undefined
            ? undefined
            : `${bad.args.join(' ')} did not end well: ${bad.ended.stderr.slice(0, 200)}`;
    const what = `${name}, round ${round}: ${offsets.join(', ')}`;
    if (wrong !== undefined) yield { what, race, end: 'wrong', detail: wrong };
    else yield { what, race, end: text === textAfter ? 'as if after it' : 'as if before it' };
  }
}
