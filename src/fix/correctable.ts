import type { Finding, FindingOf, KnownCode } from '../rules/finding.js';

/** The findings that can be corrected; plan.ts has a correction for each. */
export const CORRECTABLE = [
  'CG111',
  'CG201',
  'CG205',
  'CG206',
  'CG301',
  'CG303',
  'CG310',
  'CG401',
] as const satisfies readonly KnownCode[];

export type CorrectableCode = (typeof CORRECTABLE)[number];

export const isCorrectable = (finding: Finding): finding is FindingOf<CorrectableCode> =>
  CORRECTABLE.some((code) => code === finding.code);
