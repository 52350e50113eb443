import type { GuardConfiguration } from '../config/guard-configuration.js';
import { CORRECTED_CODES } from '../config/guard-settings.js';
import { describeOrigin } from '../config/origin.js';
import type { Host } from '../host/host.js';
import type { Finding, FindingOf } from '../rules/finding.js';
import type { Diagnosis } from '../rules/rule.js';
import { refuse, type Planned } from './actions.js';
import { isCorrectable, type CorrectableCode } from './correctable.js';
import type { Correction } from './correction.js';
import type { LedgerFile } from './ledger.js';
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
  readonly configuration: Pick<GuardConfiguration, 'corrections' | 'subdirectory' | 'origins'>;
  readonly ledger: Pick<LedgerFile, 'read'>;
}

/** The plan for the first finding that stops CRI-O and has a correction; most runs have none of them. */
export async function planCorrection(request: PlanRequest): Promise<Planned> {
  const { host, diagnosis, findings, configuration, ledger } = request;
  const { input } = diagnosis;
  if (input === undefined) return { kind: 'nothing' };
  for (const finding of findings) {
    if (!isCorrectable(finding) || finding.ignored || finding.follows !== undefined) continue;
    const correction = correctionOf(finding);
    if (correction.byHand ? request.trigger !== 'command' : finding.severity !== 'error') continue;
    const forbidden = whyForbidden(finding.code, configuration);
    if (forbidden !== undefined) return refuse(finding.code, forbidden);
    const { subdirectory } = configuration;
    return correction.propose({
      host,
      diagnosis: { ...diagnosis, input },
      finding,
      subdirectory,
      ledger,
    });
  }
  return { kind: 'nothing' };
}

/** A correction that is always refused says why itself. */
function whyForbidden(
  code: CorrectableCode,
  { corrections, origins }: PlanRequest['configuration'],
): string | undefined {
  if (corrections.includes(code) || !CORRECTED_CODES.some((corrected) => corrected === code))
    return undefined;
  return `the setting "corrections" of crio-guard (${describeOrigin(origins.corrections.origin)}) does not name ${code}`;
}

const correctionOf = <Code extends CorrectableCode>({ code }: FindingOf<Code>): Correction<Code> =>
  CORRECTIONS[code];
