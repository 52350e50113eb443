import { GUARD } from '../../src/bus/definition.js';
import { interfaceFile } from '../../src/bus/introspection.js';
import type { DocumentedRule } from '../../src/rules/rule.js';
import { chineseCatalog, englishCatalog, type Translations } from './catalog.js';
import { busPage } from './dbus-page.js';
import { bashCompletion, fishCompletion, zshCompletion } from './completions.js';
import { rulesPage } from './rules-page.js';

export const TRANSLATIONS = 'packaging/man/zh_CN.json';
export const POLICY = 'packaging/polkit-1/actions/io.github.crioguard.policy';

/** Every file that is made from the rules, the options and the interface on D-Bus, by its path in this repository. */
export function documents(
  rules: readonly DocumentedRule[],
  translations: Translations,
  policy: string,
): ReadonlyMap<string, string> {
  return new Map([
    ['packaging/man/crio-guard-rules.7', rulesPage(rules)],
    ['packaging/man/crio-guard-dbus.5', busPage(policy)],
    [`packaging/dbus-1/interfaces/${GUARD.name}.xml`, interfaceFile(GUARD)],
    ['systemd/catalog/crio-guard.catalog', englishCatalog(rules)],
    ['systemd/catalog/crio-guard.zh_CN.catalog', chineseCatalog(rules, translations)],
    ['packaging/completions/crio-guard.bash', bashCompletion(rules)],
    ['packaging/completions/_crio-guard', zshCompletion(rules)],
    ['packaging/completions/crio-guard.fish', fishCompletion(rules)],
  ]);
}
