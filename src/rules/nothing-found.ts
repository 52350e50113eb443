import type { Diagnosis, Rule } from './rule.js';

/** Whether each rule passes or does not apply. Then no rule is asked for words. */
export const nothingFound = (rules: readonly Pick<Rule, 'check'>[], diagnosis: Diagnosis): boolean =>
  rules.every((rule) => {
    const { kind } = rule.check(diagnosis);
    return kind === 'pass' || kind === 'not-applicable';
  });
