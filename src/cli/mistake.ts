import { escapeControls } from '../text/escape.js';
import { shellArgument } from '../text/shell-word.js';
import { COMMANDS, MODIFIERS } from './options.js';

export type CommandFlag = (typeof COMMANDS)[number]['flag'];
export type ModifierFlag = (typeof MODIFIERS)[number]['flag'];

/** What is wrong with a command line. */
export interface Mistake {
  readonly message: string;
  /** The command line without this mistake; it may hold others. */
  readonly repaired: readonly string[];
}

const OPTIONS = [...COMMANDS, ...MODIFIERS];
export const FLAGS: readonly string[] = OPTIONS.map(({ flag }) => flag);
const EXAMPLES = new Map<string, string>(
  OPTIONS.flatMap((option) => ('example' in option ? [[option.flag, option.example]] : [])),
);

export const isCommand = (word: string): word is CommandFlag => COMMANDS.some(({ flag }) => flag === word);
export const isModifier = (word: string): word is ModifierFlag => MODIFIERS.some(({ flag }) => flag === word);
const OPTIONAL = new Set<string>(OPTIONS.flatMap((option) => ('isOptional' in option ? [option.flag] : [])));

/** Whether the word after it is its value; only one whose value is optional can be without. */
export const isFollowedByValue = (flag: string, next: string | undefined): boolean =>
  !OPTIONAL.has(flag) || (next !== undefined && !next.startsWith('-'));
export const takesValue = (flag: string): boolean => EXAMPLES.has(flag);

/** The modifiers that each command accepts. */
export const ALLOWED: Readonly<Record<CommandFlag, readonly ModifierFlag[]>> = {
  '--check': [
    '--json',
    '--format',
    '--only',
    '--metrics',
    '--condition',
    '--from',
    '--crio-version',
    '--deep',
    '--verbose',
  ],
  '--fix': ['--json', '--dry-run', '--yes', '--from', '--verbose'],
  '--revert': ['--json', '--dry-run', '--yes', '--list', '--id', '--force', '--unneeded'],
  '--prestart': ['--verbose'],
  '--config': ['--json', '--from', '--crio-version', '--verbose'],
  '--recommend': ['--from', '--crio-version', '--verbose'],
  '--explain': ['--json'],
  '--list-rules': ['--json'],
  '--record': ['--crio-version'],
  '--version': [],
  '--help': [],
};

export const TAKES_CRIO_FLAGS: ReadonlySet<CommandFlag> = new Set<CommandFlag>([
  '--check',
  '--config',
  '--record',
]);

/** @returns the commands that a modifier goes with, for people */
export const commandsWith = (modifier: ModifierFlag): string =>
  COMMANDS.filter(({ flag }) => ALLOWED[flag].includes(modifier))
    .map(({ flag }) => flag)
    .join(' or ');

/**
 * @param isJoined the value follows `=`
 * @returns why the value cannot be used, the word to write instead, and how many words that replaces
 */
export function valueProblem(
  flag: string,
  value: string | undefined,
  isJoined: boolean,
): { readonly message: string; readonly word: string; readonly taken: number } | undefined {
  const example = `${flag}=${EXAMPLES.get(flag) ?? ''}`;
  if (value === undefined || value === '') {
    return {
      message: `${flag} needs a value`,
      word: example,
      taken: isJoined || value === undefined ? 1 : 2,
    };
  }
  // An option that is mistaken for a value would become the name of a file.
  if (isJoined || !value.startsWith('-')) return undefined;
  const message = `${flag} needs a value; one that begins with - is written ${flag}=${shown(value)}`;
  if (FLAGS.some((known) => known === value.replace(/=.*/s, ''))) return { message, word: example, taken: 1 };
  return { message, word: `${flag}=${value}`, taken: 2 };
}

/** As much of a word as a line has room for; a shell may have expanded it to the content of a file. */
export function shown(word: string): string {
  const text = escapeControls(word);
  return text === '' ? '""' : text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/**
 * The text of a usage error: what is wrong, and a command line to run instead. A word that cannot be shown as it
 * is, or is too long to read, is not repeated.
 */
export function usageText(message: string, instead: readonly string[]): string {
  const isOption = (word: string): boolean => /^-[\w@%+=:,./-]*$/.test(word);
  const isPlain = instead.every(
    (word) => isOption(word) || (word !== '' && !word.startsWith('-') && shown(word) === word),
  );
  const words = isPlain ? instead : ['--help'];
  return `crio-guard: ${message}\n  try: ${['crio-guard', ...words].map(shellArgument).join(' ')}\n`;
}
