import type { ProbeFailure } from '../host/probe.js';
import { withoutUnwritable } from '../text/unwritable.js';
import type { Certainty, Diagnosis, FindingData, Rule, RuleCode, Severity } from './rule.js';

/** A rule's answer, as it is reported. */
export interface Finding {
  readonly code: RuleCode;
  readonly slug: string;
  readonly severity: Severity;
  readonly certainty: Certainty;
  readonly message: string;
  /** What to do, line by line. */
  readonly remedy: readonly string[];
  readonly data: FindingData;
  /** Named in `ignore`: it is shown, and changes nothing. */
  readonly ignored: boolean;
  /** The finding this one is an echo of; shown only when everything is. */
  readonly follows?: RuleCode;
}

export interface RuleOutcomes {
  readonly findings: readonly Finding[];
  readonly passed: readonly RuleCode[];
  readonly notApplicable: readonly RuleCode[];
  /** Rules that could not be decided, with what was missing. */
  readonly unknown: readonly { readonly code: RuleCode; readonly missing: readonly ProbeFailure[] }[];
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
        unknown.push({ code: rule.code, missing: answer.missing });
        break;
      case 'finding':
        findings.push(findingOf(rule, answer.data, ignore));
    }
  }
  return { findings: markEchoes(rules, findings), passed, notApplicable, unknown };
}

export function findingOf(rule: Rule, data: FindingData, ignore: readonly string[] = []): Finding {
  return {
    code: rule.code,
    slug: rule.slug,
    severity: rule.severity,
    certainty: rule.certainty,
    message: rule.message(data),
    remedy: withoutUnwritable(rule.advice(data)),
    data,
    ignored: ignore.includes(rule.code),
  };
}

/** Names the root of each chain of causes: what follows from an echo follows from what that is an echo of. */
function markEchoes(rules: readonly Rule[], findings: readonly Finding[]): readonly Finding[] {
  const found = new Map(findings.map((finding) => [finding.code, finding]));
  const byCode = new Map(rules.map((rule) => [rule.code, rule]));
  const causeOf = ({ code, data }: Finding): Finding | undefined => {
    const rule = byCode.get(code);
    const causes = (rule?.follows ?? []).flatMap((cause) => found.get(cause) ?? []);
    return causes.find((cause) => rule?.isCausedBy?.(data, cause.data) !== false);
  };
  return findings.map((finding) => {
    let root = causeOf(finding);
    for (let above = root; above !== undefined; above = causeOf(above)) root = above;
    return root === undefined ? finding : { ...finding, follows: root.code };
  });
}
