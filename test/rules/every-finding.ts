import { applyRules } from '../../src/rules/finding.js';
import { documentedRules as rules } from '../../src/rules/index.js';
import type { FindingData, Rule } from '../../src/rules/rule.js';
import { diagnoseExample } from './machine.js';

export interface Found {
  readonly rule: Rule;
  readonly data: FindingData;
}

/** The findings of every rule's examples that bring a line of advice that none before them has. */
export async function everyFinding(): Promise<readonly Found[]> {
  const found: Found[] = [];
  const seen = new Set<string>();
  for (const example of rules.flatMap(({ examples }) => examples.fail)) {
    const { findings } = applyRules(rules, await diagnoseExample(example), []);
    for (const { code, data } of findings) {
      const rule = rules.find((one) => one.code === code);
      const lines = rule?.advice(data).filter(({ line }) => !seen.has(line)) ?? [];
      for (const { line } of lines) seen.add(line);
      if (rule !== undefined && lines.length > 0) found.push({ rule, data });
    }
  }
  return found;
}
