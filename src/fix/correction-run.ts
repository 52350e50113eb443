import { GUARD_ENVIRONMENT_FILE } from '../config/service/unit-environment.js';
import { isCorrectable } from './correctable.js';
import { checkHost, disagreed } from '../check/check-host.js';
import type { CorrectRequest, Corrected } from './correct.js';

export type CorrectionRequest = Omit<CorrectRequest, 'checks'>;

/** Corrects what was found, or shows how it would be corrected. */
export async function correct(request: CorrectionRequest): Promise<Corrected> {
  // Most runs have nothing to correct, and then nothing more is read, our own files included.
  if (!(await mayCorrect(request))) {
    return { checked: request.checked, correction: { state: 'none', actions: [] } };
  }
  const { correctFindings } = await import('./correct.js');
  return correctFindings({ ...request, checks: { checkHost, disagreed } });
}

/** Whether there is anything to correct, or to withdraw. */
export async function mayCorrect({
  checked,
  trigger,
}: Pick<CorrectionRequest, 'checked' | 'trigger'>): Promise<boolean> {
  if (trigger === 'command') return true;
  const { findings } = checked.outcomes;
  if (findings.some((finding) => finding.severity === 'error' && isCorrectable(finding))) return true;
  // What an earlier correction has set may no longer be needed.
  return trigger === 'prestart' && (await checked.look.stat(GUARD_ENVIRONMENT_FILE)).state !== 'absent';
}
