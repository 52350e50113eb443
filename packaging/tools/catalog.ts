import { MESSAGE_ID, type RecordKind } from '../../src/report/journal/message-id.js';
import type { DocumentedRule } from '../../src/rules/rule.js';
import { catalogFile, type CatalogEntry } from './catalog-entry.js';

/** What a rule, or a record that belongs to none, is called and what to do, in another language. */
export interface Translation {
  readonly title: string;
  readonly remedy: string;
}

export interface Translations {
  readonly records: Readonly<Record<RecordKind, Translation>>;
  readonly rules: Readonly<Record<string, Translation>>;
}

/** Fields that every record carries; a missing one would show as its bare name. */
const PLACE =
  'graphroot is @CRIO_GUARD_GRAPHROOT@, set by @CRIO_GUARD_ORIGIN@; driver @CRIO_GUARD_DRIVER@, new layers ' +
  'in @CRIO_GUARD_DATASET@ (a dash stands for what is not known or does not come to be).';

const RECORDS: Readonly<Record<RecordKind, Translation>> = {
  summary: {
    title: 'What crio-guard makes of this start of CRI-O',
    remedy:
      'The verdict is @CRIO_GUARD_VERDICT@. Findings have records of their own in the same run: ' +
      'journalctl CRIO_GUARD_RUN=@CRIO_GUARD_RUN@',
  },
  unchanged: {
    title: 'crio-guard comes to the same result as before',
    remedy:
      'CRI-O is started again every ten seconds while it fails. The report is then one line, and in full ' +
      'once an hour. To see it now: crio-guard --check',
  },
  corrected: {
    title: "crio-guard has corrected CRI-O's storage",
    remedy:
      'The message lists what was changed. Each correction was proven beforehand and verified afterwards. ' +
      'To take it back: crio-guard --revert',
  },
  'not-corrected': {
    title: 'crio-guard has not corrected what it found',
    remedy: 'The message says why. To see how things stand: crio-guard --check',
  },
  'guard-failed': {
    title: 'crio-guard itself failed, and CRI-O starts unchecked',
    remedy:
      'This is a mistake of crio-guard. Report it with this message and a recording of the host ' +
      '(crio-guard --record FILE).',
  },
};

export function englishCatalog(rules: readonly DocumentedRule[]): string {
  const own = recordEntries(RECORDS, PLACE);
  const ofRules = rules.map(({ code, title, explanation, remedy, messageId }): CatalogEntry => ({
    id: messageId,
    subject: `${code}: ${title}`,
    paragraphs: [
      PLACE,
      ...explanation,
      'What to do:',
      ...remedy.map((text) => `* ${text}`),
      `More: crio-guard --explain ${code}`,
    ],
  }));
  return catalogFile([...own, ...ofRules]);
}

/** A rule without a Chinese text keeps its English one. */
export function chineseCatalog(rules: readonly DocumentedRule[], translations: Translations): string {
  const place =
    'graphroot 为 @CRIO_GUARD_GRAPHROOT@，来源 @CRIO_GUARD_ORIGIN@；驱动 @CRIO_GUARD_DRIVER@，新的层位于 ' +
    '@CRIO_GUARD_DATASET@（短横表示未知或不会产生）。';
  const ofRules = rules.map(({ code, title, remedy, messageId }): CatalogEntry => {
    const translation = translations.rules[code] ?? { title, remedy: remedy.join(' ') };
    return {
      id: messageId,
      subject: `${code}: ${translation.title}`,
      paragraphs: [place, `处理办法：${translation.remedy}`, `详情（英文）：crio-guard --explain ${code}`],
    };
  });
  return catalogFile([...recordEntries(translations.records, place), ...ofRules]);
}

function recordEntries(texts: Readonly<Record<RecordKind, Translation>>, place: string): CatalogEntry[] {
  return Object.entries(texts).map(([kind, { title, remedy }]) => ({
    // The keys are those of MESSAGE_ID by the type of `texts`.
    id: MESSAGE_ID[kind as RecordKind],
    subject: title,
    paragraphs: kind === 'guard-failed' ? [remedy] : [remedy, place],
  }));
}
