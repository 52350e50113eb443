/** A word of the command line. The help, the manual page and the completions are made from this table. */
export interface OptionText {
  readonly flag: string;
  /** Name of its value; absent for a switch. */
  readonly value?: string;
  readonly text: string;
  /** The values it takes, where they are few. */
  readonly choices?: readonly string[];
}

/** Forms in which `--check` prints its report. */
export const FORMATS = ['text', 'json', 'npd', 'prometheus'] as const;

export type Format = (typeof FORMATS)[number];

/** What the program is to do; exactly one of them, `--check` when none is given. */
export const COMMANDS = [
  { flag: '--check', text: 'say what CRI-O will do with its storage, and change nothing (the default)' },
  { flag: '--fix', text: 'correct what can be corrected without risk' },
  { flag: '--revert', text: 'take back the corrections that stand' },
  { flag: '--prestart', text: 'what crio.service runs before CRI-O: check, correct, report to the journal' },
  { flag: '--config', text: 'print the effective storage with the origin of every value' },
  { flag: '--explain', value: 'CODE', text: 'explain a finding' },
  { flag: '--list-rules', text: 'list all rules' },
  { flag: '--record', value: 'FILE', text: 'save the answers of this host to a file, for --from' },
  { flag: '--version', text: 'print the version' },
  { flag: '--help', text: 'print this help' },
] as const satisfies readonly OptionText[];

export const MODIFIERS = [
  { flag: '--dry-run', text: 'with --fix: show the plan and the difference to files, and change nothing' },
  { flag: '--json', text: 'print JSON; with --check short for --format=json' },
  {
    flag: '--format',
    value: 'FORMAT',
    text: 'with --check: text, json, npd (node-problem-detector) or prometheus',
    choices: FORMATS,
  },
  {
    flag: '--only',
    value: 'CODES',
    text: 'with --format=npd: let only these findings count, by the beginnings of their codes',
  },
  { flag: '--metrics', value: 'FILE', text: 'with --check: also write the report for Prometheus to a file' },
  { flag: '--from', value: 'FILE', text: 'look at a recorded host instead of this one' },
  {
    flag: '--crio-version',
    value: 'V',
    text: 'the version of CRI-O to foresee, instead of the installed one',
  },
  {
    flag: '--deep',
    text: 'with --check: look for orphaned layers, leaked mounts and snapshots too, which takes longer',
  },
  { flag: '--verbose', text: 'show every fact read and every step of the prediction' },
] as const satisfies readonly OptionText[];
