import type { RuleCode } from '../rules/rule.js';

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
] as const satisfies readonly RuleCode[];

export type CorrectableCode = (typeof CORRECTABLE)[number];

export const isCorrectable = (code: RuleCode): code is CorrectableCode =>
  CORRECTABLE.some((correctable) => correctable === code);
