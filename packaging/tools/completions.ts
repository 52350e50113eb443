import { COMMANDS, MODIFIERS, type OptionText } from '../../src/cli/options.js';
import type { DocumentedRule } from '../../src/rules/rule.js';

const OPTIONS: readonly OptionText[] = [...COMMANDS, ...MODIFIERS];

const HEAD = '# Made by "make docs" from src/cli/options.ts and src/rules; do not edit.';

/** Values that are known beforehand, by the name the value has in the help. */
function valuesOf(
  { value, choices }: OptionText,
  codes: readonly string[],
): readonly string[] | 'file' | undefined {
  if (choices !== undefined) return choices;
  if (value === 'FILE') return 'file';
  if (value === 'CODE' || value === 'CODES') return codes;
  return undefined;
}

/** For bash-completion: share/bash-completion/completions/crio-guard. */
export function bashCompletion(rules: readonly DocumentedRule[]): string {
  const codes = rules.map(({ code }) => code);
  const cases = OPTIONS.filter(({ value }) => value !== undefined).map((option) => {
    const lines = bashAnswer(option, codes).map((line) => `      ${line}\n`);
    return `    ${option.flag})\n${lines.join('')}      return\n      ;;`;
  });
  return `${HEAD}
_crio_guard() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]}
  # bash splits --flag=value at the sign.
  [[ $prev == = ]] && prev=\${COMP_WORDS[COMP_CWORD - 2]}
  [[ $cur == = ]] && cur= prev=\${COMP_WORDS[COMP_CWORD - 1]}
  # What comes after -- is CRI-O's.
  local word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do [[ $word == -- ]] && return; done
  case $prev in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W '${OPTIONS.map(({ flag }) => flag).join(' ')}' -- "$cur"))
}
complete -F _crio_guard crio-guard
`;
}

function bashAnswer(option: OptionText, codes: readonly string[]): string[] {
  const values = valuesOf(option, codes);
  // Names with blanks stay whole.
  if (values === 'file') return ['compopt -o filenames', `mapfile -t COMPREPLY < <(compgen -f -- "$cur")`];
  const words = (values ?? []).join(' ');
  if (option.value !== 'CODES') return [`COMPREPLY=($(compgen -W '${words}' -- "$cur"))`];
  // A list: the part after the last comma is completed.
  return [
    'local before=',
    '[[ $cur == *,* ]] && before=${cur%,*},',
    `COMPREPLY=($(compgen -P "$before" -W '${words}' -- "\${cur##*,}"))`,
  ];
}

/** For zsh: site-functions/_crio-guard. */
export function zshCompletion(rules: readonly DocumentedRule[]): string {
  const specs = OPTIONS.map((option) => {
    const { flag, value, text } = option;
    const equals = value === undefined ? '' : '=';
    return `  ${quoted(`${flag}${equals}[${plain(text)}]${action(option, rules)}`)} \\`;
  });
  return `#compdef crio-guard
${HEAD}
local -a codes=(
${rules.map(({ code, title }) => `  ${quoted(`${code}:${title}`)}`).join('\n')}
)
_arguments -s \\
${specs.join('\n')}
  '*::flags of CRI-O: '
`;
}

function action(option: OptionText, rules: readonly DocumentedRule[]): string {
  const { value } = option;
  if (value === undefined) return '';
  const codes = rules.map(({ code }) => code);
  const values = valuesOf(option, codes);
  if (values === 'file') return ':file:_files';
  if (value === 'CODES') return ':codes:_sequence _describe code codes';
  if (values === codes) return ':code:{_describe code codes}';
  return `:${value.toLowerCase()}:${values === undefined ? '' : `(${values.join(' ')})`}`;
}

/** Brackets and colons have a meaning of their own in a specification of _arguments. */
const plain = (text: string): string => text.replace(/[[\]:\\]/g, '\\$&');

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** For fish: vendor_completions.d/crio-guard.fish. */
export function fishCompletion(rules: readonly DocumentedRule[]): string {
  const codes = rules.map(({ code, title }) => `  ${fishQuoted(`${code}\t${title}`)}`);
  // What comes after -- is CRI-O's.
  const own = `-c crio-guard -n 'not contains -- -- (commandline -opc)'`;
  const lines = OPTIONS.map((option) => {
    const { flag, text } = option;
    return `complete ${own} -l ${flag.slice(2)}${fishAnswer(option)} -d ${fishQuoted(text)}`;
  });
  return `${HEAD}
set -g __crio_guard_codes \\
${codes.join(' \\\n')}
complete -c crio-guard -f
${lines.join('\n')}
`;
}

function fishAnswer({ value, choices }: OptionText): string {
  if (value === undefined) return '';
  if (choices !== undefined) return ` -x -a ${fishQuoted(choices.join(' '))}`;
  if (value === 'FILE') return ' -r -F';
  if (value === 'CODE') return ` -x -a '$__crio_guard_codes'`;
  if (value === 'CODES') return ` -x -a '(__fish_append , $__crio_guard_codes)'`;
  return ' -x';
}

const fishQuoted = (text: string): string => `'${text.replace(/['\\]/g, '\\$&')}'`;
