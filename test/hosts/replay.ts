import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parseCrioVersion } from '../../src/config/installed-crio/crio-version.js';
import { checkHost, type CheckRequest } from '../../src/check/check-host.js';
import { reportOf } from '../../src/report/report-of.js';
import { correct } from '../../src/fix/correction-run.js';
import { LedgerFile } from '../../src/fix/ledger.js';
import { RecordedHost } from '../../src/host/recorded/recorded-host.js';
import { parseRecording } from '../../src/host/recorded/recording.js';
import type { Report } from '../../src/report/report.js';

/** Hosts that are just being recorded are judged before they take the place of the others. */
export const HOSTS = process.env['RECORDED_HOSTS'] ?? 'test/corpus/hosts';

const TIME = new Date(0);

export function openHost(id: string): RecordedHost {
  const recording = parseRecording(readFileSync(`${HOSTS}/${id}.json`, 'utf8'));
  assert.ok(!('error' in recording), `${id}: ${JSON.stringify(recording)}`);
  return new RecordedHost(recording);
}

/** The report that `--check --from` gives, with the time of no run. */
export async function reportOn(id: string, version?: string): Promise<Report> {
  const host = openHost(id);
  const check: CheckRequest = {
    inherited: false,
    crioFlags: host.crioFlags,
    crioVersion: version === undefined ? undefined : parseCrioVersion(`crio version ${version}`),
    deep: false,
    configuration: { mode: 'fix', ignore: [], deadline: 10, problems: [] },
    guard: { problems: [] },
  };
  const checked = await checkHost(host, check);
  const { correction } = await correct({
    host,
    check,
    checked,
    carryOut: false,
    automatic: false,
    ledger: new LedgerFile('/nonexistent'),
    id: '',
    time: TIME,
  });
  return reportOf(checked, { mode: 'check', time: TIME, duration: 0, correction });
}
