import { makeDirectories } from './directories.js';
import { chooseDriver, type Choice } from './choose.js';
import {
  fail,
  firstOf,
  pass,
  STORE_ERROR_PREFIX,
  type Prediction,
  type PredictionStep,
  type Step,
} from './prediction.js';
import type { PredictionInput } from './prediction-input.js';
import { loadStore } from './store-files.js';
import { areExact, wordsOf } from './words.js';

/**
 * Follows containers/storage from GetStore to the loaded store: directories and locks, the driver, the
 * files of the store. The first step that refuses is what CRI-O will print; a step that cannot be decided
 * makes the whole unknown, since what comes after it depends on it.
 */
export function predict(input: PredictionInput): Predicted {
  const directories = firstOf([() => rootsStep(input), () => makeDirectories(input)]);
  const steps: PredictionStep[] = [{ name: 'make directories', answer: directories }];
  if (directories.kind !== 'pass') return { prediction: decided(directories, input), steps };
  const choice = chooseDriver(input);
  steps.push({ name: 'choose the driver', answer: choice });
  if (choice.kind !== 'pass') return { prediction: decided(choice, input), steps };
  const loaded = loadStore(input, choice.driver);
  steps.push({ name: 'load the store', answer: loaded });
  return { prediction: loaded.kind === 'pass' ? starts(choice) : decided(loaded, input), steps };
}

export interface Predicted {
  readonly prediction: Prediction;
  /** In order; the last one decided. */
  readonly steps: readonly PredictionStep[];
}

function starts({ driver, dataset }: Extract<Choice, { kind: 'pass' }>): Prediction {
  return { outcome: 'starts', driver, ...(dataset === undefined ? {} : { dataset }) };
}

/** Both roots empty: only flags and variables can make them so (GetStore). */
function rootsStep({ request }: PredictionInput): Step {
  return request.graphroot === '' && request.runroot === '' ? fail({ kind: 'roots-empty' }) : pass;
}

function decided(step: Exclude<Step, { kind: 'pass' }>, input: PredictionInput): Prediction {
  if (step.kind === 'unknown') return { outcome: 'unknown', missing: [step.why] };
  const { cause } = step;
  const words = wordsOf(cause, input);
  const exactWords = areExact(cause, input);
  return { outcome: 'fails', cause, words, error: STORE_ERROR_PREFIX + words, exactWords };
}
