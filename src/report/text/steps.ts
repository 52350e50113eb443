import { describeOrigin, type Sourced } from '../../config/origin.js';
import { chooseDriver } from '../../driver/choose.js';
import { makeDirectories } from '../../driver/directories.js';
import type { Step } from '../../driver/prediction.js';
import type { PredictionInput } from '../../driver/prediction-input.js';
import { wordsOf } from '../../driver/words.js';
import { loadStore } from '../../driver/store-files.js';
import { describeFailure, type Probe } from '../../host/probe.js';
import type { RuleOutcomes } from '../../rules/finding.js';
import type { Diagnosis } from '../../rules/rule.js';
import { predictionSentence } from './summary.js';

/** How the prediction came about, a line a step, for --verbose. */
export function predictionSteps(diagnosis: Diagnosis, outcomes: RuleOutcomes): string[] {
  const { crioVersion, input, prediction } = diagnosis;
  return [
    `version of CRI-O: ${crioVersion?.text ?? 'not needed or not known'}`,
    ...configurationSteps(diagnosis),
    ...(input === undefined ? [] : driverSteps(input)),
    `prediction: ${predictionSentence(prediction)}`,
    `rules passed: ${listed(outcomes.passed)}`,
    `rules not applicable: ${listed(outcomes.notApplicable)}`,
    ...outcomes.unknown.map(
      ({ code, missing }) => `rule ${code} unknown: ${missing.map(describeFailure).join('; ')}`,
    ),
    `findings: ${listed(outcomes.findings.map(({ code }) => code))}`,
  ];
}

const listed = (codes: readonly string[]): string => (codes.length === 0 ? 'none' : codes.join(' '));

function configurationSteps({ configuration }: Diagnosis): string[] {
  switch (configuration.outcome) {
    case 'refused':
      return [`configuration: refused: ${configuration.refusal.message}`];
    case 'unknown':
      return [`configuration: unknown: ${configuration.why}`];
    case 'resolved': {
      const { root: graphroot, runroot, imagestore, driver, options } = configuration.storage;
      const named = { graphroot, runroot, imagestore, driver };
      return [
        ...Object.entries(named).map(([name, value]) => `configuration: ${name} ${sourceText(value)}`),
        ...options.map((option) => `configuration: option ${sourceText(option)}`),
      ];
    }
  }
}

function sourceText({ value, origin, overrode }: Sourced<string>): string {
  const over = overrode.map((old) => `, over "${old.value}" from ${describeOrigin(old.origin)}`);
  return `"${value}" from ${describeOrigin(origin)}${over.join('')}`;
}

function driverSteps(input: PredictionInput): string[] {
  const { facts } = input;
  const choice = chooseDriver(input);
  const stored = choice.kind === 'pass' ? [loadStore(input, choice.driver)] : [];
  return [
    `make directories: ${stepText(makeDirectories(input), input)}`,
    `file system of graphroot's parent: ${probeText(facts.graphroot.parentFileSystem, (type) => `0x${type.toString(16)}`)}`,
    `zfs command: ${probeText(facts.zfs.command, (path) => path)}`,
    `/dev/zfs: ${probeText(facts.zfs.device, () => 'there')}`,
    `mounts with graphroot's device: ${listed(facts.zfs.lookup.map(({ mount }) => `${mount.source} at ${mount.mountpoint}`))}`,
    choice.kind === 'pass'
      ? `driver: ${choice.driver}, dataset ${choice.dataset ?? 'none'}`
      : `driver: ${stepText(choice, input)}`,
    ...stored.map((step) => `load the store: ${stepText(step, input)}`),
  ];
}

function stepText(step: Step, input: PredictionInput): string {
  switch (step.kind) {
    case 'pass':
      return 'pass';
    case 'fail':
      return `refused (${step.cause.kind}): ${wordsOf(step.cause, input)}`;
    case 'unknown':
      return `unknown: ${describeFailure(step.why)}`;
  }
}

function probeText<T>(probe: Probe<T>, show: (value: T) => string): string {
  if (probe.state === 'known') return show(probe.value);
  return probe.state === 'absent' ? 'absent' : `unknown: ${describeFailure(probe.why)}`;
}
