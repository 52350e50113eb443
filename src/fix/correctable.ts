import { CORRECTED_CODES } from '../config/guard-settings.js';
import type { Finding, FindingOf, KnownCode } from '../rules/finding.js';

/** The findings that can be corrected; plan.ts has a correction for each. */
export const CORRECTABLE = [...CORRECTED_CODES, 'CG206'] as const satisfies readonly KnownCode[];

export type CorrectableCode = (typeof CORRECTABLE)[number];

export const isCorrectable = (finding: Finding): finding is FindingOf<CorrectableCode> =>
  CORRECTABLE.some((code) => code === finding.code);
