import { FAMILIES, type DocumentedRule } from '../../src/rules/rule.js';
import { VERSION } from '../../src/version.js';
import { bullet, PAGE_DATE, paragraph, roff, roffLines } from './roff.js';

/** crio-guard-rules(7): all that the rules' own files say, family by family. */
export function rulesPage(rules: readonly DocumentedRule[]): string {
  const families = Object.entries(FAMILIES).flatMap(([digit, name]) => {
    const members = rules.filter(({ code }) => code.charAt(2) === digit);
    return members.length === 0 ? [] : [`.SH "${roff(name.toUpperCase())}"`, ...members.flatMap(ruleSection)];
  });
  return [
    '.\\" Made by "make docs" from src/rules; do not edit.',
    `.TH CRIO\\-GUARD\\-RULES 7 "${PAGE_DATE}" "crio\\-guard ${VERSION}" "crio\\-guard"`,
    // Adjusted, the line before a long address would be pulled apart.
    '.ad l',
    '.SH NAME',
    'crio\\-guard\\-rules \\- what crio\\-guard can find, why it happens, and what to do',
    '.SH DESCRIPTION',
    ...roffLines(
      'crio-guard(8) looks at the storage of CRI-O by the rules below. Each has a code that never changes.',
    ),
    ...paragraph(
      'An error is exact: CRI-O will fail, or will write to the wrong place. A warning or a note may be a ' +
        'matter of taste; a heuristic rule, one that can be wrong, is never an error. A rule whose facts ' +
        'could not be read is reported as undecided, never as passed.',
    ),
    ...paragraph(
      'The same texts are printed by "crio-guard --explain CODE" and by "journalctl -x". The records of one ' +
        'rule are found by its MESSAGE_ID. A code in "ignore" of crio-guard.conf(5) makes its finding a note.',
    ),
    ...families,
    '.SH "SEE ALSO"',
    '.BR crio\\-guard (8),',
    '.BR crio\\-guard.conf (5),',
    '.BR journalctl (1)',
    '',
  ].join('\n');
}

function ruleSection(rule: DocumentedRule): string[] {
  return [
    `.SS "${rule.code} ${roff(rule.slug)}"`,
    ...roffLines(`${rule.title}.`),
    ...paragraph(`Severity: ${rule.severity}, ${rule.certainty}. Since ${rule.since}.`),
    ...rule.explanation.flatMap(paragraph),
    ...paragraph('What to do:'),
    ...rule.remedy.flatMap(bullet),
    ...paragraph('See also:'),
    ...[...rule.references, `MESSAGE_ID=${rule.messageId}`].flatMap((reference) => ['.br', roff(reference)]),
  ];
}
