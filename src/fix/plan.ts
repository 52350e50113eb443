import type { Host } from '../host/host.js';
import type { Finding, FindingOf } from '../rules/finding.js';
import type { Diagnosis } from '../rules/rule.js';
import type { Planned } from './actions.js';
import { isCorrectable, type CorrectableCode } from './correctable.js';
import type { Correction } from './correction.js';
import { graphrootMountpoint } from './corrections/graphroot-mountpoint.js';
import { missingModule } from './corrections/missing-module.js';
import { notOrderedAfterMount } from './corrections/not-ordered-after-mount.js';
import { optionsOfAnotherDriver } from './corrections/options-of-another-driver.js';
import { unknownOption } from './corrections/unknown-option.js';
import { unmountedDataset } from './corrections/unmounted-dataset.js';

/** What can be corrected, by the finding it corrects. */
const CORRECTIONS: { readonly [Code in CorrectableCode]: Correction<Code> } = {
  CG111: optionsOfAnotherDriver,
  CG201: graphrootMountpoint,
  CG205: missingModule,
  CG206: unknownOption,
  CG301: unmountedDataset,
  CG303: unmountedDataset,
  CG310: notOrderedAfterMount,
  CG401: unmountedDataset,
};

/** What a correction is planned for. */
export type Trigger =
  /** The run before a start of CRI-O. */
  | 'prestart'
  /** A run that only shows what would be corrected. */
  | 'plan'
  /** An administrator asks for everything that can be corrected, for a later boot too (`--fix`). */
  | 'command';

export interface PlanRequest {
  readonly host: Host;
  readonly diagnosis: Diagnosis;
  readonly findings: readonly Finding[];
  readonly trigger: Trigger;
}

/** The plan for the first finding that stops CRI-O and has a correction; most runs have none of them. */
export async function planCorrection(request: PlanRequest): Promise<Planned> {
  const { host, diagnosis, findings } = request;
  const { input } = diagnosis;
  if (input === undefined) return { kind: 'nothing' };
  for (const finding of findings) {
    if (!isCorrectable(finding) || finding.ignored || finding.follows !== undefined) continue;
    const correction = correctionOf(finding);
    if (correction.byHand ? request.trigger !== 'command' : finding.severity !== 'error') continue;
    return correction.propose({ host, diagnosis: { ...diagnosis, input }, finding });
  }
  return { kind: 'nothing' };
}

const correctionOf = <Code extends CorrectableCode>({ code }: FindingOf<Code>): Correction<Code> =>
  CORRECTIONS[code];
