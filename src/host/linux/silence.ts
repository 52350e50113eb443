import type { Deadline } from '../deadline.js';
import { unknown, type Probe } from '../probe.js';

/** Names the storage that was waited for until the deadline, also for what could no longer be asked after it. */
export class Silence {
  private first: string | undefined;

  constructor(private readonly deadline: Deadline) {}

  /** @param subject what is asked, and the storage that the answer may wait for; absent for a program */
  async during<T>(
    ask: () => Promise<Probe<T>>,
    subject?: { readonly question: string; readonly storage: string },
  ): Promise<Probe<T>> {
    const isOver = this.deadline.remaining() === 0;
    const answer = await ask();
    if (answer.state !== 'unknown' || answer.why.kind !== 'timeout') return answer;
    if (!isOver) this.first ??= subject?.storage;
    const silent = (isOver ? this.first : undefined) ?? subject?.storage;
    if (silent === undefined) return answer;
    const question = subject?.question ?? answer.why.question;
    return unknown('timeout', question, `${silent} did not answer before the deadline`);
  }
}
