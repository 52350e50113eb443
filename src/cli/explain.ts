import { documentedRules as rules } from '../rules/index.js';
import { jsonText } from '../text/json-text.js';
import { editDistance, nearestName } from '../text/nearest-name.js';
import { FAMILIES, type DocumentedRule } from '../rules/rule.js';
import { wrap } from '../text/wrap.js';
import { EXIT } from './exit-code.js';
import { shown, usageText } from './mistake.js';

/** Where a text goes, and how wide it may be. */
export interface Printing {
  readonly print: (text: string) => void;
  readonly warn: (text: string) => void;
  readonly columns: number;
}

/** `--explain CODE`: everything that the rule's own file says about it. */
export function explain(word: string, json: boolean, { print, warn, columns }: Printing): number {
  const rule = rules.find(({ code, slug }) => code === word.toUpperCase() || slug === word.toLowerCase());
  if (rule === undefined) {
    const near = nearestRule(word);
    warn(
      usageText(
        `no rule is called ${shown(word)}`,
        near === undefined ? ['--list-rules'] : ['--explain', near],
      ),
    );
    return EXIT.usage;
  }
  print(json ? jsonText(ruleData(rule)) : ruleText(rule, columns));
  return EXIT.ok;
}

/** Codes are similar to each other, so only one digit may differ. */
function nearestRule(word: string): string | undefined {
  const code = rules.find((rule) => editDistance(word.toUpperCase(), rule.code) === 1)?.code;
  const slug = nearestName(
    word,
    rules.map((rule) => rule.slug),
  );
  return code ?? slug;
}

/** `--list-rules` */
export function listRules(json: boolean, { print, columns }: Printing): number {
  print(json ? jsonText(rules.map(ruleData)) : listText(columns));
  return EXIT.ok;
}

function listText(columns: number): string {
  const families = Object.entries(FAMILIES).map(([digit, name]) => {
    const members = rules.filter(({ code }) => code.charAt(2) === digit);
    const lines = members.flatMap(({ code, severity, title }) =>
      wrap(title, ' '.repeat(18), columns, `  ${code}  ${severity.padEnd(7)}  `),
    );
    return [name, ...lines].join('\n');
  });
  return `${families.join('\n\n')}\n`;
}

function ruleData({
  code,
  slug,
  severity,
  certainty,
  title,
  explanation,
  remedy,
  references,
  messageId,
  since,
}: DocumentedRule) {
  return { code, slug, severity, certainty, title, explanation, remedy, references, messageId, since };
}

export function ruleText(rule: DocumentedRule, columns: number): string {
  const section = (title: string, paragraphs: readonly string[]): string[] => [
    '',
    `${title}:`,
    ...paragraphs.flatMap((paragraph, index) => [
      ...(index === 0 ? [] : ['']),
      ...wrap(paragraph, '  ', columns),
    ]),
  ];
  return [
    ...wrap(`${rule.code} ${rule.slug} (${rule.severity}, ${rule.certainty})`, '  ', columns, ''),
    ...wrap(rule.title, '', columns),
    ...section('Why', rule.explanation),
    ...section('What to do', rule.remedy),
    '',
    'See also:',
    ...rule.references.flatMap((reference) => wrap(reference, '    ', columns, '  ')),
    `  journalctl MESSAGE_ID=${rule.messageId}`,
    '',
  ].join('\n');
}
