import type { Checked } from '../check/check-host.js';
import type { Report } from '../report/report.js';
import { renderText } from '../report/text/text.js';
import type { Session } from './session.js';

interface Shown {
  /** Standard output belongs to the JSON of the result. */
  readonly json: boolean;
  readonly reportOf: (checked: Checked, planned: Report['correction']) => Report;
}

/** Shows a plan as a report, and asks whether it is to be carried out. */
export function confirmBy(
  session: Session,
  ask: (question: string) => Promise<string>,
  { json, reportOf }: Shown,
): (checked: Checked, planned: Report['correction']) => Promise<boolean> {
  return (checked, planned) => {
    const text = renderText(reportOf(checked, planned), session.style());
    return confirmText(session, ask, { text, json });
  };
}

/** Shows what would be done, and asks. The time that an answer takes does not count. */
export async function confirmText(
  session: Session,
  ask: (question: string) => Promise<string>,
  { text, json }: { readonly text: string; readonly json: boolean },
): Promise<boolean> {
  (json ? session.warn : session.print)(text);
  const begin = session.elapsed();
  const answer = await ask('Carry this out? [y/N] ');
  session.deadline.extend(session.elapsed() - begin);
  return /^y(?:es)?$/i.test(answer);
}
