import { rules } from '../rules/index.js';
import { FAMILIES, type Rule } from '../rules/rule.js';
import { wrap } from '../report/wrap.js';
import { EXIT } from './exit-code.js';

type Print = (text: string) => void;

/** `--explain CODE`: everything the rule's own file says of it. */
export function explain(word: string, json: boolean, print: Print, warn: Print): number {
  const rule = rules.find(({ code, slug }) => code === word.toUpperCase() || slug === word);
  if (rule === undefined) {
    warn(`crio-guard: there is no rule ${word}; "crio-guard --list-rules" lists all\n`);
    return EXIT.usage;
  }
  print(json ? `${JSON.stringify(ruleData(rule), null, 2)}\n` : ruleText(rule));
  return EXIT.ok;
}

/** `--list-rules` */
export function listRules(json: boolean, print: Print): number {
  if (json) {
    print(`${JSON.stringify(rules.map(ruleData), null, 2)}\n`);
    return EXIT.ok;
  }
  let family = '';
  for (const rule of rules) {
    const digit = rule.code.charAt(2);
    if (digit !== family) {
      print(`${family === '' ? '' : '\n'}${FAMILIES[digit] ?? digit}\n`);
      family = digit;
    }
    print(`  ${rule.code}  ${rule.severity.padEnd(7)}  ${rule.title}\n`);
  }
  return EXIT.ok;
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
}: Rule) {
  return { code, slug, severity, certainty, title, explanation, remedy, references, messageId, since };
}

export function ruleText(rule: Rule): string {
  const section = (title: string, paragraphs: readonly string[]): string[] => [
    '',
    `${title}:`,
    ...paragraphs.flatMap((paragraph, index) => [...(index === 0 ? [] : ['']), ...wrap(paragraph, '  ')]),
  ];
  return [
    `${rule.code} ${rule.slug} (${rule.severity}, ${rule.certainty})`,
    ...wrap(rule.title, ''),
    ...section('Why', rule.explanation),
    ...section('What to do', rule.remedy),
    '',
    'See also:',
    ...rule.references.map((reference) => `  ${reference}`),
    `  journalctl MESSAGE_ID=${rule.messageId}`,
    '',
  ].join('\n');
}
