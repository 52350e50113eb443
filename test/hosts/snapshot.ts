import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import assert from 'node:assert/strict';
import type { Checked } from '../../src/check/check-host.js';
import type { Prediction } from '../../src/driver/prediction.js';
import type { ReportedAction } from '../../src/fix/correction-result.js';
import type { Report } from '../../src/report/report.js';

/** The report of one recorded host, and the check behind it. */
export interface Replayed {
  readonly checked: Checked;
  readonly report: Report;
}

/**
 * What the snapshot of a recorded host holds: codes, typed data, the prediction with CRI-O's words, the
 * correction. The sentences of crio-guard are in test/corpus/rules, once per rule.
 */
export function snapshotOf({ checked, report }: Replayed): unknown {
  const { verdict, exact, crioVersion, effective, findings, correction } = report;
  const { state, code, actions, afterwards, afterwardsTree } = correction;
  return plain({
    verdict,
    prediction: withoutWords(report.prediction),
    exact,
    crioVersion,
    effective,
    findings: findings.map(({ code, severity, data, follows }) => ({ code, severity, data, follows })),
    unknown: checked.outcomes.unknown.map(({ code }) => code),
    correction: {
      state,
      code,
      actions: actions.map(withoutDescription),
      afterwards: afterwards && withoutWords(afterwards),
      afterwardsTree,
    },
  });
}

/** The words of a prediction are CRI-O's; the reasons of an unknown one are ours. */
function withoutWords(prediction: Prediction): unknown {
  if (prediction.outcome !== 'unknown') return prediction;
  return { ...prediction, missing: prediction.missing.map(({ kind }) => kind) };
}

/** The comments in a file that is written are ours too. */
function withoutDescription({ kind, difference }: ReportedAction): unknown {
  const lines = difference?.split('\n').filter((line) => !line.startsWith('+#') && !line.startsWith('@@'));
  return { kind, difference: lines };
}

/** As JSON keeps it: without what is undefined. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** Compares with the file; UPDATE=1 writes it. */
export function matchesSnapshot(file: string, text: string): void {
  if (process.env['UPDATE'] !== undefined) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  assert.ok(existsSync(file), `${file} is missing; UPDATE=1 writes it`);
  assert.equal(text, readFileSync(file, 'utf8'), `${file} differs; UPDATE=1 rewrites it`);
}
