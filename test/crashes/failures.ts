import { tamper } from './calls.js';
import type { Ended } from './scene.js';
import { differenceOf, textOf } from './state.js';
import type { Subject } from './sweep.js';

export const ERRNOS = ['EACCES', 'EIO', 'ENOSPC', 'EROFS', 'EDQUOT', 'ENOMEM', 'EMFILE'] as const;

/** What came out of one call that failed. */
export interface Failed {
  readonly what: string;
  readonly errno: string;
  /** `repaired`: the next start had to finish it. */
  readonly end: 'done' | 'restored' | 'repaired' | 'wrong';
  readonly isTold: boolean;
  /** CRI-O was stopped, and would have started. */
  readonly isWronglyStopped: boolean;
  readonly detail?: string;
}

/** That something went wrong, in the report or in what a run prints. */
const TOLD = /\bE[A-Z]{2,}\b|could not|cannot|unknown|failed|not installed|may not be run/i;

/**
 * Lets one call after the other fail.
 *
 * @param takes whether a call, counted from 0, fails with an error, counted from 0
 */
export function* failed(
  subject: Subject,
  takes: (call: number, errno: number) => boolean,
): Generator<Failed> {
  const { scene, args, before, after, calls, name } = subject;
  const [textBefore, textAfter] = [textOf(before), textOf(after)];
  for (const [at, call] of calls.entries()) {
    for (const [index, errno] of ERRNOS.entries()) {
      if (!takes(at, index)) continue;
      const what = `${name}: call ${at}, ${call.text}, ${errno}`;
      scene.restore(before);
      const ended = tamper(scene, args, call, `error=${errno}`);
      const isWronglyStopped = false;
      if (ended?.status === undefined || ended.status === null) {
        const detail = ended === undefined ? 'the call was not met' : 'it was killed or hung';
        yield { what, errno, end: 'wrong', isTold: true, isWronglyStopped, detail };
        continue;
      }
      const text = textOf(scene.state());
      const isTold = TOLD.test(saidBy(ended, scene.read('/run/crio-guard/report.json')));
      // Of a correction, CRI-O starts afterwards; and it fails before.
      const isStopped = ended.stdout === 'stop\n' && text === textAfter;
      if (text === textAfter) yield { what, errno, end: 'done', isTold, isWronglyStopped: isStopped };
      else if (text === textBefore) yield { what, errno, end: 'restored', isTold, isWronglyStopped };
      else yield { what, errno, isTold, isWronglyStopped, ...repaired(subject, text) };
    }
  }
}

const saidBy = ({ stdout, stderr }: Ended, report = ''): string => `${stdout}\n${stderr}\n${report}`;

/** What failed for ever, the next start undoes, or makes again. */
function repaired({ scene, before, after }: Subject, left: string): Pick<Failed, 'end' | 'detail'> {
  scene.run(['--prestart']);
  const text = textOf(scene.state());
  if (text === textOf(before) || text === textOf(after)) return { end: 'repaired' };
  return {
    end: 'wrong',
    detail: `${differenceOf(textOf(before), left)} and then ${differenceOf(textOf(before), text)}`,
  };
}
