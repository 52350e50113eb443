import { describeOrigin, type Sourced } from '../../config/origin.js';
import type { PredictionStep } from '../../driver/prediction.js';
import type { PredictionInput } from '../../driver/prediction-input.js';
import { describeFailure, type Probe } from '../../host/probe.js';
import type { RuleOutcomes } from '../../rules/finding.js';
import type { Diagnosis } from '../../rules/rule.js';
import { predictionSentence } from './summary.js';

/** How the prediction came about, a line a step, for --verbose. */
export function predictionSteps(diagnosis: Diagnosis, outcomes: RuleOutcomes): string[] {
  const { crioVersion, input, steps = [], prediction } = diagnosis;
  return [
    `version of CRI-O: ${crioVersion?.text ?? 'not needed or not known'}`,
    ...configurationSteps(diagnosis),
    ...(input === undefined ? [] : [...factSteps(input), ...steps.map(stepText)]),
    `prediction: ${predictionSentence(prediction)}`,
    `rules passed: ${listed(outcomes.passed)}`,
    `rules not applicable: ${listed(outcomes.notApplicable)}`,
    ...outcomes.unknown.map(
      ({ code, missing }) => `rule ${code} unknown: ${missing.map(describeFailure).join('; ')}`,
    ),
    `rules not recorded: ${listed(outcomes.notRecorded)}`,
    `findings: ${listed(outcomes.findings.map(({ code }) => code))}`,
  ];
}

const listed = (codes: readonly string[]): string => (codes.length === 0 ? 'none' : codes.join(' '));

function configurationSteps({ configuration }: Diagnosis): string[] {
  switch (configuration.kind) {
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

function factSteps({ facts: { graphroot, zfs } }: PredictionInput): string[] {
  return [
    `file system of graphroot's parent: ${probeText(graphroot.parentFileSystem, (type) => `0x${type.toString(16)}`)}`,
    `zfs command: ${probeText(zfs.command, (path) => path)}`,
    `/dev/zfs: ${probeText(zfs.device, () => 'there')}`,
    `mounts with graphroot's device: ${listed(zfs.lookup.map(({ mount }) => `${mount.source} at ${mount.mountpoint}`))}`,
  ];
}

function stepText({ name, answer }: PredictionStep): string {
  switch (answer.kind) {
    case 'pass':
      return `${name}: pass`;
    case 'fail':
      return `${name}: refused (${answer.cause.kind})`;
    case 'unknown':
      return `${name}: unknown: ${describeFailure(answer.why)}`;
  }
}

function probeText<T>(probe: Probe<T>, show: (value: T) => string): string {
  if (probe.state === 'known') return show(probe.value);
  return probe.state === 'absent' ? 'absent' : `unknown: ${describeFailure(probe.why)}`;
}
