import type { Checked } from '../check/check-host.js';
import { predictionSteps } from '../report/text/steps.js';
import type { Session } from './session.js';

/** With --verbose: how the prediction came about. */
export function traceSteps({ trace }: Session, { diagnosis, outcomes }: Checked): void {
  if (trace === undefined) return;
  predictionSteps(diagnosis, outcomes).forEach(trace);
}
