import type { Origin } from '../../config/origin.js';
import { GUARD_ENVIRONMENT_FILE } from '../../config/service/unit-environment.js';
import { isOurDropIn } from '../../fix/drop-in.js';
import type { Finding } from '../../rules/finding.js';
import type { Report } from '../report.js';
import { rootFindings } from '../text/summary.js';
import { withoutNumbers } from './without-numbers.js';

/** What a start says only when it is new: information, and what the administrator ignores. */
export const isNote = ({ severity, ignored }: Finding): boolean => severity === 'info' || ignored;

/** A finding without what changes by itself. */
export const noteKey = ({ code, data }: Finding): string => JSON.stringify([code, withoutNumbers(data)]);

/** To be remembered for the next start. */
export const notesOf = (report: Report): readonly string[] =>
  rootFindings(report).filter(isNote).map(noteKey);

/**
 * Whether a finding is for `crio-guard --check` and not for the journal of this start: information that the last start
 * has written, and what our own correction in force brings about.
 *
 * @param known keys of the last start
 */
export function isLeftToCheck(finding: Finding, report: Report, known: ReadonlySet<string>): boolean {
  if (!isNote(finding)) return false;
  return known.has(noteKey(finding)) || isOfOurCorrection(finding, report);
}

/** CG112: storage.conf is overridden, since graphroot was moved by us. */
function isOfOurCorrection({ code }: Finding, { effective }: Report): boolean {
  return code === 'CG112' && effective !== undefined && isOurs(effective.graphroot.origin);
}

function isOurs(origin: Origin): boolean {
  if (origin.kind === 'file') return isOurDropIn(origin.path.replace(/^.*\//, ''));
  return origin.kind === 'environment' && origin.file === GUARD_ENVIRONMENT_FILE;
}
