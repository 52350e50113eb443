/** One question of a batch, and who waits for its answer. */
interface Pending<Answer> {
  readonly path: string;
  readonly resolve: (answer: Answer) => void;
}

/**
 * Questions about paths that are asked in the same turn of the event loop share one child: starting one costs as
 * much as everything else that is done for an answer.
 */
export class Batch<Answer> {
  private pending: Pending<Answer>[] = [];

  /** @param askAll answers in the order of the paths */
  constructor(private readonly askAll: (paths: readonly string[]) => Promise<readonly Answer[]>) {}

  ask(path: string): Promise<Answer> {
    return new Promise((resolve) => {
      this.pending.push({ path, resolve });
      if (this.pending.length === 1) setImmediate(() => void this.askPending());
    });
  }

  private async askPending(): Promise<void> {
    const asked = this.pending;
    this.pending = [];
    const answers = await this.askAll(asked.map(({ path }) => path));
    asked.forEach(({ resolve }, at) => {
      const answer = answers[at];
      if (answer !== undefined) resolve(answer);
    });
  }
}
