import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { DEFAULT_GUARD_CONFIGURATION } from '../../src/config/guard-configuration.js';
import { parseCrioVersion } from '../../src/config/installed-crio/crio-version.js';
import { checkHost, type CheckRequest } from '../../src/check/check-host.js';
import { reportOf } from '../../src/report/report-of.js';
import { correct } from '../../src/fix/correct.js';
import { RecordedHost } from '../../src/host/recorded/recorded-host.js';
import { parseRecording } from '../../src/host/recorded/recording.js';
import type { Replayed } from './snapshot.js';
import { ledgerIn } from '../fix/held-lock.js';

/** Directory of the recorded hosts; new recordings are judged before they replace the others. */
export const HOSTS = process.env['RECORDED_HOSTS'] ?? 'test/corpus/hosts';

/** Beside each recording lies the snapshot of its report. */
export const recordedIds = (): readonly string[] =>
  readdirSync(HOSTS)
    .filter((name) => !name.endsWith('.report.json'))
    .map((name) => name.replace('.json', ''));

const TIME = new Date(0);

export interface ReplayRequest {
  readonly version?: string;
  /** Leaves answers out of the recording, as in one that was made by an older version. */
  readonly isRecorded?: (question: string) => boolean;
}

/** The check and the report that `--check --from` gives, with a fixed time. */
export async function replay(id: string, request: ReplayRequest = {}): Promise<Replayed> {
  const { version, isRecorded = () => true } = request;
  const recording = parseRecording(readFileSync(`${HOSTS}/${id}.json`, 'utf8'));
  assert.ok(!('error' in recording), `${id}: ${JSON.stringify(recording)}`);
  const answers = recording.answers.filter(({ ask }) => isRecorded(ask.join(' ')));
  const host = new RecordedHost({ ...recording, answers });
  const check: CheckRequest = {
    inherited: false,
    crioFlags: host.crioFlags,
    crioVersion: version === undefined ? undefined : parseCrioVersion(`crio version ${version}`),
    deep: false,
    configuration: DEFAULT_GUARD_CONFIGURATION,
    guard: { problems: [] },
  };
  const checked = await checkHost(host, check);
  const { correction } = await correct({
    host,
    check,
    checked,
    trigger: 'plan',
    ledger: ledgerIn('/nonexistent'),
    id: '',
    time: TIME,
  });
  const report = reportOf(checked, { mode: 'check', time: TIME, duration: 0, correction });
  return { checked, report };
}
