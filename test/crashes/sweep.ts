import { tamper, traced, type Call } from './calls.js';
import type { PlayedCorrection } from './corrections.js';
import { Scene, type Ended } from './scene.js';
import { differenceOf, temporariesOf, textOf, wholeTextOf, type State } from './state.js';

/** How the machine goes on after a kill. */
const RECOVERIES: Readonly<Record<string, { readonly args: readonly string[]; readonly boots?: true }>> = {
  'pre-start': { args: ['--prestart'] },
  '--fix': { args: ['--fix', '--yes'] },
  '--revert': { args: ['--revert', '--yes', '--force'] },
  reboot: { args: ['--prestart'], boots: true },
};
export const RECOVERY_NAMES = Object.keys(RECOVERIES);

/** What came out of one point and one recovery. */
export interface Tried {
  readonly what: string;
  readonly recovery: string;
  readonly end: 'before' | 'after' | 'wrong';
  readonly detail?: string;
}

/** A command that changes the node, and everything that has to be known of it. */
export interface Subject {
  readonly name: string;
  readonly scene: Scene;
  readonly args: readonly string[];
  /** The machine before the command, and when it has ended. */
  readonly before: State;
  readonly after: State;
  readonly calls: readonly Call[];
}

/** The correction of a node, and its revert. */
export function* subjectsOf(name: string, played: PlayedCorrection): Generator<Subject> {
  const scene = new Scene(played);
  const run = (title: string, args: readonly string[], before: State): Subject => {
    scene.restore(before);
    const { calls } = traced(scene, args);
    const subject = { name: title, scene, args, before, after: scene.state(), calls };
    if (textOf(before) === textOf(subject.after)) throw new Error(`${title} changes nothing`);
    return subject;
  };
  const correction = run(name, played.command, scene.initial);
  yield correction;
  yield run(`${name}, revert`, ['--revert', '--yes', '--force'], correction.after);
}

/** A moment at which a run is ended. */
type Point =
  { readonly kind: 'call'; readonly at: number } | { readonly kind: 'program'; readonly word: string };

/** Before each call, and, where a program changes the machine, while it runs. After a call is before the next one. */
function pointsOf({ calls, args, name }: Subject): readonly Point[] {
  const points: Point[] = calls.map((_, at) => ({ kind: 'call', at }));
  const words = PROGRAMS.filter(([code]) => name.startsWith(code)).flatMap(([, ...changes]) => changes);
  const isRevert = args.includes('--revert');
  const programs = words.filter(
    (word) => /unmount| -r$|reload/.test(word) === isRevert || /reload/.test(word),
  );
  return [...points, ...programs.flatMap((word) => [inside(`${word} before`), inside(`${word} after`)])];
}

const inside = (word: string): Point => ({ kind: 'program', word });

/** The programs that change the machine, by the correction. */
const PROGRAMS: readonly (readonly [code: string, ...changes: string[]])[] = [
  ['CG205', 'modprobe -b', 'modprobe -r'],
  ['CG301', 'zfs mount', 'zfs unmount'],
  ['CG303', 'zfs load-key', 'zfs mount', 'zfs unmount'],
  ['CG310', 'systemctl daemon-reload'],
];

function kill(subject: Subject, point: Point): boolean {
  const { scene, args, before, calls } = subject;
  scene.restore(before);
  if (point.kind === 'call') {
    const call = calls[point.at];
    const ended = call === undefined ? undefined : tamper(scene, args, call, 'signal=KILL');
    return ended?.status === null;
  }
  scene.write('/kill', point.word);
  const { status } = scene.run(args);
  return status === null || status > 128;
}

/** What a recovery comes to: the state, and whether CRI-O is stopped. */
interface Outcome {
  readonly text: string;
  readonly stops: boolean;
  readonly ended: Ended;
}

function recover(scene: Scene, from: State, name: string): Outcome {
  const { args = [], boots } = RECOVERIES[name] ?? {};
  scene.restore(from);
  if (boots === true) scene.reboot('boot-2');
  const ended = scene.run(args);
  const state = scene.state();
  const outcome = { stops: ended.stdout === 'stop\n', ended };
  if (temporariesOf(state).length === 0) return { text: textOf(state), ...outcome };
  scene.run(['--fix', '--yes']);
  return { text: [textOf(state), ...temporariesOf(scene.state())].join('\n'), ...outcome };
}

/**
 * Kills a command at each of its points, and has the machine go on in each way. It must come to what it comes to where
 * the command was never begun, or has ended.
 *
 * @param takes whether a point, counted from 0, is tried with a recovery; asked once for each
 */
export function* killed(subject: Subject, takes: (point: number) => boolean): Generator<Tried> {
  const { scene, calls, name } = subject;
  const outcomes = new Map<string, ReturnType<typeof judged>>();
  const references = new Map<string, Outcome>();
  const referenceOf: Reference = (recovery, from) => {
    const known = references.get(`${from} ${recovery}`);
    if (known !== undefined) return known;
    const outcome = recover(scene, subject[from], recovery);
    references.set(`${from} ${recovery}`, outcome);
    return outcome;
  };
  for (const [number, point] of pointsOf(subject).entries()) {
    const recoveries = RECOVERY_NAMES.filter(() => takes(number));
    if (recoveries.length === 0) continue;
    const call = point.kind === 'call' ? calls[point.at] : undefined;
    const where = point.kind === 'call' ? `call ${point.at}, ${call?.text ?? ''}` : point.word;
    const isKilled = kill(subject, point);
    const left = scene.state();
    for (const recovery of recoveries) {
      const what = `${name}: ${where}, then ${recovery}`;
      if (!isKilled) {
        yield { what, recovery, end: 'wrong', detail: 'it was not killed there' };
        continue;
      }
      // What was left is often the same after one call and the next.
      const key = `${recovery}\n${wholeTextOf(left)}`;
      const outcome =
        outcomes.get(key) ?? judged(recover(scene, left, recovery), recovery, referenceOf, subject);
      outcomes.set(key, outcome);
      yield { what, recovery, ...outcome };
    }
  }
}

/** What a recovery comes to where the command was never begun, or has ended. */
type Reference = (recovery: string, from: 'before' | 'after') => Outcome;

function judged(
  { text, stops, ended }: Outcome,
  recovery: string,
  referenceOf: Reference,
  { before, after }: Subject,
): Pick<Tried, 'end' | 'detail'> {
  const isAs = (from: 'before' | 'after'): boolean => {
    const reference = referenceOf(recovery, from);
    return text === reference.text && stops === reference.stops;
  };
  const likely = text === textOf(before) ? 'before' : 'after';
  const other = likely === 'before' ? 'after' : 'before';
  // A reboot may bring something else than both: what it ends, the next start makes again.
  const from = isAs(likely) ? likely : isAs(other) ? other : undefined;
  if (from !== undefined)
    return { end: text === textOf(after) ? 'after' : text === textOf(before) ? 'before' : from };
  const difference = differenceOf(referenceOf(recovery, 'after').text, text);
  return { end: 'wrong', detail: `${difference}; stops: ${stops}; ${ended.stderr.slice(0, 300)}` };
}
