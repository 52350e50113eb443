import type { DocumentedRule } from '../../src/rules/rule.js';
import { chineseCatalog, englishCatalog, type Translations } from './catalog.js';
import { bashCompletion, fishCompletion, zshCompletion } from './completions.js';
import { rulesPage } from './rules-page.js';

export const TRANSLATIONS = 'packaging/man/zh_CN.json';

/** Every file that is made from the rules and the options, by its path in this repository. */
export function documents(
  rules: readonly DocumentedRule[],
  translations: Translations,
): ReadonlyMap<string, string> {
  return new Map([
    ['packaging/man/crio-guard-rules.7', rulesPage(rules)],
    ['systemd/catalog/crio-guard.catalog', englishCatalog(rules)],
    ['systemd/catalog/crio-guard.zh_CN.catalog', chineseCatalog(rules, translations)],
    ['packaging/completions/crio-guard.bash', bashCompletion(rules)],
    ['packaging/completions/_crio-guard', zshCompletion(rules)],
    ['packaging/completions/crio-guard.fish', fishCompletion(rules)],
  ]);
}
