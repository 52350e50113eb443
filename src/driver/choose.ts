import { initialiseOther } from './other-drivers.js';
import { fail, type Refused, type Unsure } from './prediction.js';
import type { Situation } from './situation.js';
import { initialiseZfs } from './zfs.js';

export type Choice =
  { readonly kind: 'pass'; readonly driver: string; readonly dataset?: string } | Refused | Unsure;

/** drivers/driver.go New: the named driver, or one with prior state, or the first that works. */
export function chooseDriver(situation: Situation): Choice {
  const { request, facts } = situation;
  if (request.driver !== '') return initialise(situation, request.driver);
  if (facts.store.entries.state === 'unknown') return { kind: 'unknown', why: facts.store.entries.why };
  return withPriorState(situation) ?? firstThatWorks(situation);
}

function initialise(situation: Situation, driver: string): Choice {
  if (driver === 'zfs') {
    const answer = initialiseZfs(situation);
    return answer.kind === 'pass' ? { kind: 'pass', driver, dataset: answer.dataset } : answer;
  }
  const answer = initialiseOther(situation, driver);
  return answer.kind === 'pass' ? { kind: 'pass', driver } : answer;
}

/** Priority of drivers_linux.go; vfs is never taken for its prior state. */
const priority = ({ model }: Situation): readonly string[] =>
  ['overlay', 'aufs', 'btrfs', 'zfs'].filter((driver) => model.drivers.includes(driver));

function withPriorState(situation: Situation): Choice | undefined {
  const { facts, request, model } = situation;
  const prior = facts.store.priorDrivers.filter((driver) => model.drivers.includes(driver));
  const driver = priority(situation).find((name) => prior.includes(name));
  if (driver === undefined) return undefined;
  const choice = initialise(situation, driver);
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

function firstThatWorks(situation: Situation): Choice {
  for (const driver of [...priority(situation), 'vfs']) {
    const choice = initialise(situation, driver);
    if (choice.kind === 'fail' && PASSED_OVER.test(choice.words) && !KEPT_ERROR.test(choice.words)) continue;
    return choice;
  }
  return fail('G8', 'no supported storage backend found');
}

/** Overlay's failed test of whiteouts comes out of its cache as a bare text, so it ends the search. */
const KEPT_ERROR = /^kernel does not support overlay fs: /;
