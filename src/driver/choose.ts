import { initialiseOther } from './other-drivers.js';
import { fail, type Refused, type Unsure } from './prediction.js';
import type { PredictionInput } from './prediction-input.js';
import { initialiseZfs } from './zfs.js';

export type Choice =
  { readonly kind: 'pass'; readonly driver: string; readonly dataset?: string } | Refused | Unsure;

/** drivers/driver.go New: the named driver, or one with prior state, or the first that works. */
export function chooseDriver(input: PredictionInput): Choice {
  const { request, facts } = input;
  if (request.driver !== '') return initialise(input, request.driver);
  if (facts.store.entries.state === 'unknown') return { kind: 'unknown', why: facts.store.entries.why };
  return withPriorState(input) ?? firstThatWorks(input);
}

function initialise(input: PredictionInput, driver: string): Choice {
  if (driver === 'zfs') {
    const answer = initialiseZfs(input);
    return answer.kind === 'pass' ? { kind: 'pass', driver, dataset: answer.dataset } : answer;
  }
  const answer = initialiseOther(input, driver);
  return answer.kind === 'pass' ? { kind: 'pass', driver } : answer;
}

/** Priority of drivers_linux.go; vfs is never taken for its prior state. */
const priority = ({ model }: PredictionInput): readonly string[] =>
  ['overlay', 'aufs', 'btrfs', 'zfs'].filter((driver) => model.drivers.includes(driver));

function withPriorState(input: PredictionInput): Choice | undefined {
  const { facts, request, model } = input;
  const prior = facts.store.priorDrivers.filter((driver) => model.drivers.includes(driver));
  const driver = priority(input).find((name) => prior.includes(name));
  if (driver === undefined) return undefined;
  const choice = initialise(input, driver);
  if (choice.kind !== 'pass') {
    return choice.kind === 'fail' ? { ...choice, row: 'G7' } : choice;
  }
  if (prior.length === 1) return choice;
  // CRI-O lists the names in the order of a Go map, which changes from run to run.
  return fail(
    'G6',
    `${request.graphroot} contains several valid graphdrivers: ${prior.join(', ')}; ` +
      'Please cleanup or explicitly choose storage driver (-s <DRIVER>)',
    prior.length < 2,
  );
}

/** Refusals that let New try the next driver (isDriverNotSupported). */
const PASSED_OVER =
  /(driver not supported|prerequisites for driver not satisfied|unsupported for this graph driver)/;

function firstThatWorks(input: PredictionInput): Choice {
  for (const driver of [...priority(input), 'vfs']) {
    const choice = initialise(input, driver);
    if (choice.kind === 'fail' && PASSED_OVER.test(choice.words) && !KEPT_ERROR.test(choice.words)) continue;
    return choice;
  }
  return fail('G8', 'no supported storage backend found');
}

/** Overlay's failed test of whiteouts comes out of its cache as a bare text, so it ends the search. */
const KEPT_ERROR = /^kernel does not support overlay fs: /;
