import { CRIO_FLAGS } from '../config/service/crio-flags.js';
import { nearestName } from '../text/nearest-name.js';
import { FLAGS, shown } from './mistake.js';

/** What to say about a word that is not an option, and the words to put in its place. */
export interface UnknownWord {
  readonly message: string;
  readonly words: readonly string[];
}

const NAMES = FLAGS.map((flag) => flag.slice(2));
const CRIO_NAMES = CRIO_FLAGS.flatMap(({ name, alias }) => (alias === undefined ? [name] : [name, alias]));

/** What other programs call the same. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  apply: '--fix',
  diagnose: '--check',
  doctor: '--check',
  list: '--list-rules',
  repair: '--fix',
  rollback: '--revert',
  rules: '--list-rules',
  run: '--check',
  status: '--check',
  test: '--check',
  undo: '--revert',
  validate: '--check',
};

const SHORT_NAMES: Readonly<Record<string, string>> = {
  '-j': '--json',
  '-n': '--dry-run',
  '-v': '--verbose',
};

/** @param name the word without `=` and what follows it */
export function unknownWord(word: string, name: string): UnknownWord {
  const typed = withPlainDashes(name);
  const value = word.slice(name.length);
  // A line that was copied from a document, or quoted as a whole.
  if (typed !== name && FLAGS.includes(typed)) {
    return {
      message: `${shown(word)} begins with a dash of typography, not with --`,
      words: [typed + value],
    };
  }
  const parts = word.trim().split(/\s+/);
  if (parts.length > 1 && FLAGS.includes(parts[0]?.replace(/=.*/s, '') ?? '')) {
    return { message: `${shown(word)} is one word; options are separate words`, words: parts };
  }
  return word.startsWith('-') ? unknownOption(word, name, value) : unexpectedWord(word);
}

const withPlainDashes = (word: string): string =>
  word.replace(/^(?:[\u2010-\u2015\u2212]|--?[\u2010-\u2015\u2212])-?/, '--');

function unexpectedWord(word: string): UnknownWord {
  const message = `unexpected word ${shown(word)}`;
  const code = /^(?:CG)?(\d{3})$/i.exec(word)?.[1];
  if (code !== undefined)
    return { message: `${message}; a code follows --explain`, words: [`--explain=CG${code}`] };
  const meant = OTHER_NAMES[word.toLowerCase()] ?? flagNamed(nearestName(word, NAMES));
  if (meant === undefined) return { message, words: [] };
  return {
    message: `${message}; commands and options begin with --: did you mean ${meant}?`,
    words: [meant],
  };
}

const flagNamed = (name: string | undefined): string | undefined =>
  name === undefined ? undefined : `--${name}`;

function unknownOption(word: string, name: string, value: string): UnknownWord {
  const message = `unknown option ${shown(word)}`;
  const bare = name.replace(/^-+/, '');
  const meant = SHORT_NAMES[name] ?? OTHER_NAMES[bare] ?? flagNamed(nearestName(bare, NAMES));
  const isCrioFlag = CRIO_NAMES.includes(bare) && !(name in SHORT_NAMES);
  if (meant !== undefined && !isCrioFlag) {
    return { message: `${message}; did you mean ${meant}?`, words: [meant + value] };
  }
  const flag = isCrioFlag ? bare : nearestName(bare, CRIO_NAMES);
  if (flag === undefined) return { message, words: ['--help'] };
  const dashes = flag.length === 1 ? '-' : '--';
  const hint = isCrioFlag ? 'it is a flag of CRI-O' : `CRI-O has a flag ${dashes}${flag}`;
  return { message: `${message}; ${hint}: those come after --`, words: ['--', `${dashes}${flag}${value}`] };
}
