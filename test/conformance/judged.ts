import type { CrioVersion } from '../../src/config/installed-crio/crio-version.js';
import {
  classOf,
  compare,
  resolveCase,
  type Accepted,
  type Agreement,
  type Case,
  type Refused,
} from '../config/corpus.js';
import { compareStore, predictStore, storeAnswer, type Run, type StoreCase } from '../driver/store-corpus.js';

/** One case with the answer of the CRI-O at hand. */
export interface Judged {
  readonly id: string;
  readonly test: Case | StoreCase;
  /** What the case is about. */
  readonly kind: string;
  /** In the form of the corpus. */
  readonly answer: Accepted | Refused | readonly Run[];
  predict(version: CrioVersion): Promise<Comparison>;
}

export interface Comparison {
  readonly agreement: Agreement;
  readonly prediction: unknown;
  /** Both refuse. */
  readonly wordsOnly: boolean;
}

export function judgedConfiguration(test: Case, answer: Accepted | Refused): Judged {
  return {
    id: test.id,
    test,
    kind: `configuration, ${classOf(answer)}`,
    answer,
    predict: async (version) => {
      const prediction = await resolveCase(test, version);
      const wordsOnly = !answer.ok && prediction.kind === 'refused';
      return { agreement: compare(answer, prediction), prediction: withoutNotes(prediction), wordsOnly };
    },
  };
}

const withoutNotes = (value: object): object => ({ ...value, notes: undefined });

export function judgedStore(test: StoreCase, run: Run): Judged {
  const answer = storeAnswer(run);
  return {
    id: test.id,
    test,
    kind: `store, ${answer.opened ? 'opened' : 'refused'}`,
    answer: [run],
    predict: async (version) => {
      const prediction = await predictStore(test, version);
      const wordsOnly = !answer.opened && prediction.outcome === 'fails';
      return { agreement: compareStore(answer, prediction), prediction, wordsOnly };
    },
  };
}
