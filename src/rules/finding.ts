import type { ProbeFailure } from '../host/probe.js';
import { withoutUnwritable, type AdviceLine } from '../text/advice-line.js';
import type { DataByCode } from './index.js';
import type { Certainty, Diagnosis, FindingData, Rule, RuleCode, Severity } from './rule.js';

/** The codes of the rules that there are. */
export type KnownCode = keyof DataByCode;

/** What every finding has. */
interface FindingBase {
  readonly slug: string;
  readonly severity: Severity;
  readonly certainty: Certainty;
  readonly message: string;
  /** What to do, line by line. */
  readonly remedy: readonly AdviceLine[];
  /** Named in `ignore`: it is shown, and changes nothing. */
  readonly ignored: boolean;
  /** The finding this one is an echo of; shown only when everything is. */
  readonly follows?: RuleCode;
}

/** The answers of some rules, each with the data of its rule. */
export type FindingOf<Code extends KnownCode> = {
  readonly [Each in Code]: FindingBase & { readonly code: Each; readonly data: DataByCode[Each] };
}[Code];

/** A rule's answer, as it is reported. */
export type Finding = FindingOf<KnownCode>;

export interface RuleOutcomes {
  readonly findings: readonly Finding[];
  readonly passed: readonly RuleCode[];
  readonly notApplicable: readonly RuleCode[];
  /** Rules that could not be decided, with what was missing. */
  readonly unknown: readonly { readonly code: RuleCode; readonly missing: readonly ProbeFailure[] }[];
  /**
   * Rules whose facts the recording of a host was never asked for: it is older than they are. Neither passed nor
   * `unknown`, which is said of a machine that did not answer.
   */
  readonly notRecorded: readonly RuleCode[];
}

/** Asks every rule; a forgotten one would show in the sum. */
export function applyRules(
  rules: readonly Rule[],
  diagnosis: Diagnosis,
  ignore: readonly string[],
): RuleOutcomes {
  const findings: Finding[] = [];
  const passed: RuleCode[] = [];
  const notApplicable: RuleCode[] = [];
  const unknown: RuleOutcomes['unknown'][number][] = [];
  const notRecorded: RuleCode[] = [];
  for (const rule of rules) {
    const answer = rule.check(diagnosis);
    switch (answer.kind) {
      case 'pass':
        passed.push(rule.code);
        break;
      case 'not-applicable':
        notApplicable.push(rule.code);
        break;
      case 'unknown':
        if (answer.missing.every(({ kind }) => kind === 'not-recorded')) notRecorded.push(rule.code);
        else unknown.push({ code: rule.code, missing: answer.missing });
        break;
      case 'finding':
        findings.push(findingOf(rule, answer.data, ignore));
    }
  }
  return { findings: markEchoes(rules, findings), passed, notApplicable, unknown, notRecorded };
}

export function findingOf(rule: Rule, data: FindingData, ignore: readonly string[] = []): Finding {
  const { code, slug, severity, certainty } = rule;
  const message = rule.message(data);
  const remedy = withoutUnwritable(rule.advice(data));
  const finding = { code, slug, severity, certainty, message, remedy, data, ignored: ignore.includes(code) };
  // The data comes from the check of the rule that has this code.
  return finding as Finding;
}

/** Names the root of each chain of causes: what follows from an echo follows from what that is an echo of. */
function markEchoes(rules: readonly Rule[], findings: readonly Finding[]): readonly Finding[] {
  const found = new Map<RuleCode, Finding>(findings.map((finding) => [finding.code, finding]));
  const byCode = new Map<RuleCode, Rule>(rules.map((rule) => [rule.code, rule]));
  const causeOf = ({ code, data }: Finding): Finding | undefined => {
    const rule = byCode.get(code);
    const causes = (rule?.follows ?? []).flatMap((cause) => found.get(cause) ?? []);
    const subjectOf = (cause: Finding) => byCode.get(cause.code)?.subject?.(cause.data) ?? {};
    return causes.find((cause) => rule?.isCausedBy?.(data, subjectOf(cause)) !== false);
  };
  return findings.map((finding) => {
    let root = causeOf(finding);
    for (let above = root; above !== undefined; above = causeOf(above)) root = above;
    return root === undefined ? finding : { ...finding, follows: root.code };
  });
}
