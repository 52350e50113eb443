import { initialiseOther } from './other-drivers.js';
import type { DriverCause } from './cause.js';
import { fail, type Refused, type Unsure } from './prediction.js';
import type { PredictionInput } from './prediction-input.js';
import { initialiseZfs } from './zfs.js';

export type Choice =
  { readonly kind: 'pass'; readonly driver: string; readonly dataset?: string } | Refused | Unsure;

/** The answer of one driver. */
type DriverChoice = Exclude<Choice, Refused> | Refused<DriverCause>;

/** drivers/driver.go New: the named driver, or one with prior state, or the first that works. */
export function chooseDriver(input: PredictionInput): Choice {
  const { request, facts } = input;
  if (request.driver !== '') return initialise(input, request.driver);
  if (facts.store.entries.state === 'unknown') return { kind: 'unknown', why: facts.store.entries.why };
  return withPriorState(input) ?? firstThatWorks(input);
}

function initialise(input: PredictionInput, driver: string): DriverChoice {
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
  const { facts, model } = input;
  const prior = facts.store.priorDrivers.filter((driver) => model.drivers.includes(driver));
  const driver = priority(input).find((name) => prior.includes(name));
  if (driver === undefined) return undefined;
  const choice = initialise(input, driver);
  if (choice.kind !== 'pass') {
    return choice.kind === 'fail' ? fail({ kind: 'prior-driver', driver, cause: choice.cause }) : choice;
  }
  if (prior.length === 1) return choice;
  return fail({ kind: 'several-prior-drivers', drivers: prior });
}

/** Refusals that let New try the next driver (isDriverNotSupported). */
const PASSED_OVER: ReadonlySet<DriverCause['kind']> = new Set<DriverCause['kind']>([
  'driver-unknown',
  'driver-not-in-kernel',
  'graphroot-not-on-btrfs',
  'zfs-command-missing',
  'zfs-device-missing',
  'parent-not-zfs',
]);

function isPassedOver(cause: DriverCause, { model }: PredictionInput): boolean {
  if (cause.kind !== 'overlay-not-supported') return PASSED_OVER.has(cause.kind);
  // The failed test of whiteouts comes out of a cache as plain text, so it ends the search.
  return cause.because === 'overlayfs' || model.overlayRefusal !== 'whiteout';
}

function firstThatWorks(input: PredictionInput): Choice {
  for (const driver of [...priority(input), 'vfs']) {
    const choice = initialise(input, driver);
    if (choice.kind === 'fail' && isPassedOver(choice.cause, input)) continue;
    return choice;
  }
  return fail({ kind: 'no-driver-works' });
}
