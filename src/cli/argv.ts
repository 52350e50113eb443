import { escapeControls } from '../text/escape.js';
import { nearestName } from '../text/nearest-name.js';
import { COMMANDS, FORMATS, MODIFIERS, type Format } from './options.js';

/** How a command looks at the machine. */
export interface CommandOptions {
  readonly json: boolean;
  /** How the report is printed; `--json` is short for json. */
  readonly format: Format;
  /** With npd: beginnings of the codes that count; empty for all. */
  readonly only: readonly string[];
  /** A file for Prometheus. */
  readonly metrics: string | undefined;
  readonly verbose: boolean;
  readonly deep: boolean;
  /** A recorded host to look at instead. */
  readonly from: string | undefined;
  /** Version of CRI-O to foresee. */
  readonly crioVersion: string | undefined;
  /** Flags of CRI-O that replace those of crio.service. */
  readonly crioFlags: readonly string[] | undefined;
}

/** What the command line asks for. */
export type Command =
  | { readonly kind: 'check'; readonly options: CommandOptions }
  | { readonly kind: 'fix'; readonly dryRun: boolean; readonly options: CommandOptions }
  | { readonly kind: 'config'; readonly options: CommandOptions }
  | { readonly kind: 'record'; readonly file: string; readonly options: CommandOptions }
  | { readonly kind: 'prestart'; readonly options: CommandOptions }
  | { readonly kind: 'revert'; readonly json: boolean }
  | { readonly kind: 'explain'; readonly code: string; readonly json: boolean }
  | { readonly kind: 'list-rules'; readonly json: boolean }
  | { readonly kind: 'version' }
  | { readonly kind: 'help' }
  | { readonly kind: 'usage'; readonly message: string };

type CommandFlag = (typeof COMMANDS)[number]['flag'];
type ModifierFlag = (typeof MODIFIERS)[number]['flag'];

const OPTIONS = [...COMMANDS, ...MODIFIERS];
const FLAGS = OPTIONS.map(({ flag }) => flag);
const takesValue = new Set<string>(OPTIONS.filter((option) => 'value' in option).map(({ flag }) => flag));
const isCommand = (word: string): word is CommandFlag => COMMANDS.some(({ flag }) => flag === word);
const isModifier = (word: string): word is ModifierFlag => MODIFIERS.some(({ flag }) => flag === word);

/** Modifiers each command knows; anything else is a mistake worth telling. */
const ALLOWED: Readonly<Record<CommandFlag, readonly ModifierFlag[]>> = {
  '--check': ['--json', '--format', '--only', '--metrics', '--from', '--crio-version', '--deep', '--verbose'],
  '--fix': ['--json', '--dry-run', '--from', '--verbose'],
  '--revert': ['--json'],
  '--prestart': ['--verbose'],
  '--config': ['--json', '--from', '--crio-version', '--verbose'],
  '--explain': ['--json'],
  '--list-rules': ['--json'],
  '--record': ['--crio-version'],
  '--version': [],
  '--help': [],
};

const TAKES_CRIO_FLAGS: ReadonlySet<CommandFlag> = new Set<CommandFlag>(['--check', '--config', '--record']);

interface Words {
  readonly command: CommandFlag | undefined;
  readonly modifiers: ReadonlySet<ModifierFlag>;
  readonly values: ReadonlyMap<string, string>;
  readonly crioFlags: readonly string[] | undefined;
}

/** @param argv the words after the program's name */
export function parseCommand(argv: readonly string[]): Command {
  const words = readWords(argv);
  if (typeof words === 'string') return { kind: 'usage', message: words };
  const command = words.command ?? '--check';
  const wrong = [...words.modifiers].find((modifier) => !ALLOWED[command].includes(modifier));
  if (wrong !== undefined) return { kind: 'usage', message: `${wrong} does not go with ${command}` };
  if (words.crioFlags !== undefined && !TAKES_CRIO_FLAGS.has(command)) {
    return { kind: 'usage', message: `flags of CRI-O after -- do not go with ${command}` };
  }
  const dryRun = words.modifiers.has('--dry-run');
  if (command === '--fix' && words.modifiers.has('--from') && !dryRun) {
    return { kind: 'usage', message: 'a recorded host cannot be corrected: --fix --from needs --dry-run' };
  }
  const format = words.values.get('--format');
  const known = FORMATS.find((name) => name === format);
  if (format !== undefined && known === undefined) {
    return { kind: 'usage', message: `--format is one of ${FORMATS.join(', ')}, not ${shown(format)}` };
  }
  if (words.modifiers.has('--json') && known !== undefined && known !== 'json') {
    return { kind: 'usage', message: `--json and --format=${known} exclude each other` };
  }
  if (words.modifiers.has('--only') && known !== 'npd') {
    return { kind: 'usage', message: '--only goes with --format=npd' };
  }
  return build(command, words, dryRun, known ?? (words.modifiers.has('--json') ? 'json' : 'text'));
}

function build(command: CommandFlag, words: Words, dryRun: boolean, format: Format): Command {
  const json = words.modifiers.has('--json');
  const options: CommandOptions = {
    json,
    format,
    only: words.values.get('--only')?.toUpperCase().split(',') ?? [],
    metrics: words.values.get('--metrics'),
    verbose: words.modifiers.has('--verbose'),
    deep: words.modifiers.has('--deep'),
    from: words.values.get('--from'),
    crioVersion: words.values.get('--crio-version'),
    crioFlags: words.crioFlags,
  };
  switch (command) {
    case '--check':
      return { kind: 'check', options };
    case '--fix':
      return { kind: 'fix', dryRun, options };
    case '--config':
      return { kind: 'config', options };
    case '--prestart':
      return { kind: 'prestart', options };
    case '--record':
      return { kind: 'record', file: words.values.get(command) ?? '', options };
    case '--explain':
      return { kind: 'explain', code: words.values.get(command) ?? '', json };
    case '--revert':
      return { kind: 'revert', json };
    case '--list-rules':
      return { kind: 'list-rules', json };
    case '--version':
      return { kind: 'version' };
    case '--help':
      return { kind: 'help' };
  }
}

/** @returns what is wrong, as a sentence, when the words are off */
function readWords(argv: readonly string[]): Words | string {
  let command: CommandFlag | undefined;
  const modifiers = new Set<ModifierFlag>();
  const values = new Map<string, string>();
  for (let index = 0; index < argv.length; index += 1) {
    const word = argv[index] ?? '';
    if (word === '--') return { command, modifiers, values, crioFlags: argv.slice(index + 1) };
    const equals = word.indexOf('=');
    const flag =
      word === '-h' ? '--help' : word === '-V' ? '--version' : equals === -1 ? word : word.slice(0, equals);
    if (isCommand(flag)) {
      if (command !== undefined && command !== flag) return `${command} and ${flag} exclude each other`;
      command = flag;
    } else if (isModifier(flag)) {
      modifiers.add(flag);
    } else {
      return unknownWord(word, flag);
    }
    if (!takesValue.has(flag)) {
      if (equals !== -1) return `${flag} takes no value`;
      continue;
    }
    const value = equals === -1 ? argv[(index += 1)] : word.slice(equals + 1);
    if (value === undefined || value === '') return `${flag} needs a value`;
    // An option that was mistaken for a value would become the name of a file.
    if (equals === -1 && value.startsWith('-')) {
      return `${flag} needs a value; one that begins with - is written ${flag}=${shown(value)}`;
    }
    if (values.has(flag)) return `${flag} is given twice`;
    values.set(flag, value);
  }
  return { command, modifiers, values, crioFlags: undefined };
}

function unknownWord(word: string, flag: string): string {
  if (!word.startsWith('-')) return `unexpected word ${shown(word)}`;
  const meant = nearestName(flag, FLAGS);
  const hint = meant === undefined ? '; flags of CRI-O come after --' : `; did you mean ${meant}?`;
  return `unknown option ${shown(word)}${hint}`;
}

/** As much of a word as a line has room for; it may be a file that a shell put there by mistake. */
function shown(word: string): string {
  const text = escapeControls(word);
  return text === '' ? '""' : text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
