import type { Finding } from '../../rules/finding.js';
import type { FindingData } from '../../rules/rule.js';
import { adviceLines } from '../text/advice.js';
import type { JournalField } from './journal-record.js';

/** Entries of a list, and lines of advice, that a record carries. */
const MOST = 32;

/** Code and message first, then what to do: the record is read beside CRI-O's own error. */
export function findingMessage({ code, severity, slug, message, remedy, ignored }: Finding): string {
  const label = ignored ? 'ignored' : severity;
  // journalctl breaks no lines, and neither do we.
  const advice = ignored || severity === 'info' ? [] : adviceLines(remedy, '  ', Infinity);
  return [`${code} ${label} ${slug}: ${message}`, ...advice].join('\n');
}

/** What the rule found, each datum as CRIO_GUARD_DATA_NAME. */
export function findingFields({ code, slug, remedy, data, ignored }: Finding): JournalField[] {
  return [
    ['CRIO_GUARD_CODE', code],
    ['CRIO_GUARD_SLUG', slug],
    ...(ignored ? [['CRIO_GUARD_IGNORED', '1'] satisfies JournalField] : []),
    ...remedy.slice(0, MOST).map(({ line }): JournalField => ['CRIO_GUARD_REMEDY', line]),
    ...Object.entries<FindingData[string]>(data).flatMap(([key, value]) => dataFields(key, value)),
  ];
}

function dataFields(key: string, value: FindingData[string]): JournalField[] {
  const name = `CRIO_GUARD_DATA_${upper(key)}`.slice(0, 64);
  const values = Array.isArray(value) ? value.slice(0, MOST) : [value];
  return values.map((one): JournalField => [name, String(one)]);
}

const upper = (key: string): string =>
  key
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]/g, '_')
    .toUpperCase();
