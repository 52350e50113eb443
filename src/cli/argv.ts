import { nearestName } from '../text/nearest-name.js';
import {
  ALLOWED,
  commandsWith,
  shown,
  TAKES_CRIO_FLAGS,
  type CommandFlag,
  type Mistake,
  type ModifierFlag,
} from './mistake.js';
import { FORMATS, type Format } from './options.js';
import { readWords, spell, type Words } from './words.js';

/** How a command looks at the machine. */
export interface CommandOptions {
  readonly json: boolean;
  /** How the report is printed; `--json` is short for json. */
  readonly format: Format;
  /** With npd: beginnings of the codes that count; empty for all. */
  readonly only: readonly string[];
  /** A file for Prometheus. */
  readonly metrics: string | undefined;
  /** A file for readers that know no JSON. */
  readonly condition: string | undefined;
  readonly verbose: boolean;
  /** Ask nobody. */
  readonly yes: boolean;
  readonly deep: boolean;
  /** A recorded host to look at instead. */
  readonly from: string | undefined;
  /** Version of CRI-O to predict for. */
  readonly crioVersion: string | undefined;
  /** Flags of CRI-O that replace those of crio.service. */
  readonly crioFlags: readonly string[] | undefined;
}

/** What of `--revert` is meant. */
export type RevertHow =
  | { readonly kind: 'list' }
  /** Keep what CRI-O needs. */
  | { readonly kind: 'unneeded' }
  | {
      readonly kind: 'revert';
      /** Of the one that is meant, or `newest`; absent for all. */
      readonly id: string | undefined;
      readonly dryRun: boolean;
      readonly force: boolean;
    };

/** What the command line asks for. */
export type Command =
  | { readonly kind: 'check'; readonly options: CommandOptions }
  | { readonly kind: 'fix'; readonly dryRun: boolean; readonly options: CommandOptions }
  | { readonly kind: 'config'; readonly options: CommandOptions }
  | { readonly kind: 'recommend'; readonly pool: string | undefined; readonly options: CommandOptions }
  | { readonly kind: 'record'; readonly file: string; readonly options: CommandOptions }
  | { readonly kind: 'prestart'; readonly options: CommandOptions }
  | { readonly kind: 'revert'; readonly how: RevertHow; readonly options: CommandOptions }
  | { readonly kind: 'explain'; readonly code: string; readonly json: boolean }
  | { readonly kind: 'list-rules'; readonly json: boolean }
  | { readonly kind: 'version' }
  | { readonly kind: 'help' }
  | {
      readonly kind: 'usage';
      readonly message: string;
      /** The nearest command line that is right. */
      readonly instead: readonly string[];
      /** node-problem-detector reads the answer. */
      readonly isNpd: boolean;
    };

/** @param argv the words after the program's name */
export function parseCommand(argv: readonly string[]): Command {
  const command = parse(argv);
  if ('kind' in command) return command;
  const { message, repaired } = command;
  return { kind: 'usage', message, instead: repair(repaired), isNpd: namesNpd(argv) };
}

/** Whether the words name the form npd, whatever else is wrong with them. */
const namesNpd = (argv: readonly string[]): boolean =>
  argv.some((word, at) => word === '--format=npd' || (word === '--format' && argv[at + 1] === 'npd'));

/** Mends one mistake after the other. */
function repair(argv: readonly string[]): readonly string[] {
  let words = argv;
  for (let mistakes = 0; mistakes <= argv.length; mistakes += 1) {
    const command = parse(words);
    if ('kind' in command) return words;
    words = command.repaired;
  }
  return ['--help'];
}

function parse(argv: readonly string[]): Exclude<Command, { kind: 'usage' }> | Mistake {
  const words = readWords(argv);
  if ('message' in words) return words;
  const command = words.command ?? '--check';
  const without = (flag: ModifierFlag): string[] => spell({ ...words, left: flag });
  const wrong = [...words.modifiers].find((modifier) => !ALLOWED[command].includes(modifier));
  if (wrong !== undefined) {
    const other =
      words.command === undefined
        ? Object.entries(ALLOWED).find(([, allowed]) =>
            [...words.modifiers].every((one) => allowed.includes(one)),
          )
        : undefined;
    const goesWith = commandsWith(wrong);
    return {
      message:
        words.command === undefined
          ? `${wrong} goes with ${goesWith}; without a command crio-guard runs --check`
          : `${wrong} does not go with ${command}; it goes with ${goesWith}`,
      repaired: other === undefined ? without(wrong) : [other[0], ...argv],
    };
  }
  if (words.crioFlags !== undefined && !TAKES_CRIO_FLAGS.has(command)) {
    const message = `flags of CRI-O after -- do not go with ${command}`;
    return { message, repaired: spell({ ...words, crioFlags: undefined }) };
  }
  const dryRun = words.modifiers.has('--dry-run');
  if (command === '--fix' && words.modifiers.has('--from') && !dryRun) {
    const message = 'a recorded host cannot be corrected: --fix --from needs --dry-run';
    return { message, repaired: ['--dry-run', ...argv] };
  }
  const alone = (['--list', '--unneeded'] as const).find((flag) => words.modifiers.has(flag));
  const beside = [...words.modifiers].find((flag) => flag !== alone && flag !== '--json');
  if (command === '--revert' && alone !== undefined && beside !== undefined) {
    return { message: `${alone} and ${beside} exclude each other`, repaired: without(beside) };
  }
  const format = words.values.get('--format');
  const known = FORMATS.find((name) => name === format);
  if (format !== undefined && known === undefined) {
    const values = new Map(words.values).set('--format', nearestName(format, FORMATS) ?? 'text');
    const message = `--format is one of ${FORMATS.join(', ')}, not ${shown(format)}`;
    return { message, repaired: spell({ ...words, values }) };
  }
  if (words.modifiers.has('--json') && known !== undefined && known !== 'json') {
    return { message: `--json and --format=${known} exclude each other`, repaired: without('--json') };
  }
  if (words.modifiers.has('--only') && known !== 'npd') {
    const repaired = known === undefined ? ['--format=npd', ...argv] : without('--only');
    return { message: '--only goes with --format=npd', repaired };
  }
  return build(command, words, dryRun, known ?? (words.modifiers.has('--json') ? 'json' : 'text'));
}

function build(
  command: CommandFlag,
  words: Words,
  dryRun: boolean,
  format: Format,
): Exclude<Command, { kind: 'usage' }> {
  const json = words.modifiers.has('--json');
  const options: CommandOptions = {
    json,
    format,
    only: words.values.get('--only')?.toUpperCase().split(',') ?? [],
    metrics: words.values.get('--metrics'),
    condition: words.values.get('--condition'),
    verbose: words.modifiers.has('--verbose'),
    yes: words.modifiers.has('--yes'),
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
    case '--recommend':
      return { kind: 'recommend', pool: words.values.get(command), options };
    case '--explain':
      return { kind: 'explain', code: words.values.get(command) ?? '', json };
    case '--revert':
      return { kind: 'revert', how: revertHow(words, dryRun), options };
    case '--list-rules':
      return { kind: 'list-rules', json };
    case '--version':
      return { kind: 'version' };
    case '--help':
      return { kind: 'help' };
  }
}

function revertHow({ modifiers, values }: Words, dryRun: boolean): RevertHow {
  if (modifiers.has('--list')) return { kind: 'list' };
  if (modifiers.has('--unneeded')) return { kind: 'unneeded' };
  return { kind: 'revert', id: values.get('--id'), dryRun, force: modifiers.has('--force') };
}
