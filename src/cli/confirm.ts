import type { Checked } from '../check/check-host.js';
import type { Report } from '../report/report.js';
import { renderText } from '../report/text/text.js';
import type { Session } from './session.js';

interface Shown {
  /** Standard output belongs to the JSON of the result. */
  readonly json: boolean;
  readonly reportOf: (checked: Checked, planned: Report['correction']) => Report;
}

/** Shows a plan, and asks whether it is to be carried out. The time that an answer takes does not count. */
export function confirmBy(
  session: Session,
  ask: (question: string) => Promise<string>,
  { json, reportOf }: Shown,
): (checked: Checked, planned: Report['correction']) => Promise<boolean> {
  return async (checked, planned) => {
    (json ? session.warn : session.print)(renderText(reportOf(checked, planned), session.style()));
    const begin = session.elapsed();
    const answer = await ask('Carry this out? [y/N] ');
    session.deadline.extend(session.elapsed() - begin);
    return /^y(?:es)?$/i.test(answer);
  };
}
