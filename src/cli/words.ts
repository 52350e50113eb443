import {
  isCommand,
  isFollowedByValue,
  isModifier,
  takesValue,
  valueProblem,
  type CommandFlag,
  type Mistake,
  type ModifierFlag,
} from './mistake.js';
import { unknownWord } from './unknown-word.js';

/** The words of a command line, before it is checked that they go together. */
export interface Words {
  readonly command: CommandFlag | undefined;
  readonly modifiers: ReadonlySet<ModifierFlag>;
  readonly values: ReadonlyMap<string, string>;
  readonly crioFlags: readonly string[] | undefined;
}

/** @param argv the words after the program's name */
export function readWords(argv: readonly string[]): Words | Mistake {
  let command: CommandFlag | undefined;
  const modifiers = new Set<ModifierFlag>();
  const values = new Map<string, string>();
  for (let index = 0; index < argv.length; index += 1) {
    const at = index;
    const word = argv[at] ?? '';
    const mistake = (message: string, end: number, ...words: string[]): Mistake => ({
      message,
      repaired: [...argv.slice(0, at), ...words, ...argv.slice(end)],
    });
    if (word === '--') return { command, modifiers, values, crioFlags: argv.slice(at + 1) };
    const equals = word.indexOf('=');
    const name = equals === -1 ? word : word.slice(0, equals);
    const flag = word === '-h' ? '--help' : word === '-V' ? '--version' : name;
    const codes = values.get('--only');
    if (isCommand(flag)) {
      if (command !== undefined && command !== flag) {
        const end = takesValue(flag) && equals === -1 ? at + 2 : at + 1;
        return mistake(`${command} and ${flag} exclude each other`, end);
      }
      command = flag;
    } else if (isModifier(flag)) {
      modifiers.add(flag);
    } else if (codes !== undefined && /^CG\d*$/i.test(word)) {
      // `--only CG2 CG3`
      const message = `unexpected word ${word}; the codes of --only are separated by commas`;
      values.set('--only', `${codes},${word}`);
      return {
        message,
        repaired: [...spell({ command, modifiers, values, crioFlags: undefined }), ...argv.slice(at + 1)],
      };
    } else {
      const { message, words } = unknownWord(word, name);
      return mistake(message, at + 1, ...words);
    }
    if (!takesValue(flag)) {
      if (equals !== -1) return mistake(`${flag} takes no value`, at + 1, flag);
      continue;
    }
    if (equals === -1 && !isFollowedByValue(flag, argv[at + 1])) continue;
    if (equals === -1) index += 1;
    const value = equals === -1 ? argv[index] : word.slice(equals + 1);
    const problem = valueProblem(flag, value, equals !== -1);
    if (problem !== undefined) return mistake(problem.message, at + problem.taken, problem.word);
    if (values.has(flag)) return mistake(`${flag} is given twice`, index + 1);
    values.set(flag, value ?? '');
  }
  return { command, modifiers, values, crioFlags: undefined };
}

/** The command line that has these words. @param left a modifier to leave out */
export function spell({
  command,
  modifiers,
  values,
  crioFlags,
  left,
}: Words & { readonly left?: ModifierFlag }): string[] {
  const flags = [...(command === undefined ? [] : [command]), ...modifiers].filter((flag) => flag !== left);
  const word = (flag: string): string => {
    const value = values.get(flag);
    return value === undefined ? flag : `${flag}=${value}`;
  };
  return [...flags.map(word), ...(crioFlags === undefined ? [] : ['--', ...crioFlags])];
}
