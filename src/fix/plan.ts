import type { Invocation } from '../config/invocation.js';
import type { Host } from '../host/host.js';
import type { Finding } from '../rules/finding.js';
import type { Diagnosis, RuleCode } from '../rules/rule.js';
import type { Planned } from './actions.js';
import type { Correction } from './correction.js';
import { graphrootMountpoint } from './corrections/graphroot-mountpoint.js';
import { missingModule } from './corrections/missing-module.js';
import { unmountedDataset } from './corrections/unmounted-dataset.js';

/** What can be corrected, by the finding it corrects. */
const CORRECTIONS: Readonly<Partial<Record<RuleCode, Correction>>> = {
  CG201: graphrootMountpoint,
  CG205: missingModule,
  CG301: unmountedDataset,
  CG303: unmountedDataset,
  CG401: unmountedDataset,
};

/** The plan for the first finding that stops CRI-O and has a correction; most runs have none. */
export async function planCorrection(
  host: Host,
  invocation: Invocation,
  diagnosis: Diagnosis,
  findings: readonly Finding[],
): Promise<Planned> {
  const { situation } = diagnosis;
  if (situation === undefined) return { kind: 'nothing' };
  for (const finding of findings) {
    const correction = CORRECTIONS[finding.code];
    if (correction === undefined || finding.ignored || finding.severity !== 'error') continue;
    return correction.propose({ host, invocation, diagnosis: { ...diagnosis, situation }, finding });
  }
  return { kind: 'nothing' };
}
