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
  const name = withFamilyLetters(word);
  const rule = rules.find(({ code, slug }) => code === name.toUpperCase() || slug === name.toLowerCase());
  if (rule === undefined) {
    const { message, instead } = unknownRule(name);
    warn(usageText(message, instead));
    return EXIT.usage;
  }
  print(json ? jsonText({ schemaVersion: 1, ...ruleData(rule) }) : ruleText(rule, columns));
  return EXIT.ok;
}

/** The digits alone are enough. */
const withFamilyLetters = (word: string): string => (/^\d{3}$/.test(word) ? `CG${word}` : word);

/** A code that looks like one and is none has no nearest: its neighbours are about something else. */
function unknownRule(word: string): { readonly message: string; readonly instead: readonly string[] } {
  const list = ['--list-rules'];
  const code = /^CG(\d)\d{2}$/i.exec(word);
  if (code !== null) {
    const family = FAMILIES[code[1] ?? ''];
    const members = rules.filter((rule) => rule.code.charAt(2) === code[1]).map((rule) => rule.code);
    const range = `${members[0] ?? ''} to ${members.at(-1) ?? ''}`;
    const message = `no rule has the code ${shown(word)}`;
    return {
      message: family === undefined ? message : `${message}; "${family}" are ${range}`,
      instead: list,
    };
  }
  const near = nearestRule(word);
  const message = `no rule is called ${shown(word)}`;
  if (near === undefined) return { message, instead: list };
  return { message: `${message}; did you mean ${near}?`, instead: ['--explain', near] };
}

/** What is typed for a digit, as in CG2O1. */
const digitsFor = (word: string): string => word.toUpperCase().replaceAll('O', '0').replace(/[IL]/g, '1');

function nearestRule(word: string): string | undefined {
  const code = rules.find(
    (rule) => rule.code === digitsFor(word) || editDistance(word.toUpperCase(), rule.code) === 1,
  );
  const slugs = rules.map((rule) => rule.slug);
  return code?.code ?? nearestName(word, slugs);
}

/** `--list-rules` */
export function listRules(json: boolean, { print, columns }: Printing): number {
  print(json ? jsonText({ schemaVersion: 1, rules: rules.map(ruleData) }) : listText(columns));
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
  const texts = { title, explanation, remedy: remedy.map((text) => ({ text })), references };
  return { code, slug, severity, certainty, ...texts, messageId, since };
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
