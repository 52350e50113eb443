import type { Checked } from '../check/check-host.js';
import type { Session } from './session.js';

/** With --verbose: how the prediction came about. */
export async function traceSteps({ trace }: Session, { diagnosis, outcomes }: Checked): Promise<void> {
  if (trace === undefined) return;
  const { predictionSteps } = await import('../report/text/steps.js');
  predictionSteps(diagnosis, outcomes).forEach(trace);
}
