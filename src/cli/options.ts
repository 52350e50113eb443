/** An option. The help, the manual page and the completions are generated from this table. */
export interface OptionText {
  readonly flag: string;
  /** Name of its value; absent for a switch. */
  readonly value?: string;
  /** A value that is right; present exactly where there is a value. */
  readonly example?: string;
  readonly text: string;
  /** It can be left out. */
  readonly isOptional?: true;
  /** All possible values, where they are few. */
  readonly choices?: readonly string[];
}

/** Forms in which `--check` prints its report. */
export const FORMATS = ['text', 'json', 'npd', 'prometheus'] as const;

export type Format = (typeof FORMATS)[number];

/** At most one is given; without one the command is `--check`. */
export const COMMANDS = [
  { flag: '--check', text: 'predict what CRI-O will do with its storage; change nothing (the default)' },
  { flag: '--fix', text: 'correct what can be corrected without risk' },
  { flag: '--revert', text: 'undo the corrections that are in place, where CRI-O does not get worse by it' },
  { flag: '--prestart', text: 'run before CRI-O by crio.service: check, correct, report to the journal' },
  { flag: '--config', text: 'print the effective storage with the origin of every value' },
  {
    flag: '--recommend',
    value: 'POOL',
    example: 'tank',
    isOptional: true,
    text: 'print a layout that works here, as commands to paste; without POOL, what is missing',
  },
  { flag: '--explain', value: 'CODE', example: 'CG201', text: 'explain a finding' },
  { flag: '--list-rules', text: 'list all rules' },
  {
    flag: '--record',
    value: 'FILE',
    example: 'host.json',
    text: 'save the answers of this host to a file, for --from',
  },
  { flag: '--version', text: 'print the version' },
  { flag: '--help', text: 'print this help' },
] as const satisfies readonly OptionText[];

export const MODIFIERS = [
  {
    flag: '--dry-run',
    text: 'with --fix or --revert: show the plan and what CRI-O will do then; change nothing',
  },
  { flag: '--yes', text: 'with --fix or --revert: do not ask; a terminal is asked otherwise' },
  { flag: '--list', text: 'with --revert: list the corrections that are in place, the latest first' },
  {
    flag: '--id',
    value: 'ID',
    example: 'newest',
    text: 'with --revert: only this correction, or the newest',
  },
  { flag: '--force', text: 'with --revert: also where CRI-O would fail, or no longer see its images' },
  { flag: '--unneeded', text: 'with --revert: keep the corrections that CRI-O needs, and name them' },
  { flag: '--json', text: 'print JSON; with --check the same as --format=json' },
  {
    flag: '--format',
    value: 'FORMAT',
    example: 'text',
    text: 'with --check: text, json, npd (node-problem-detector) or prometheus',
    choices: FORMATS,
  },
  {
    flag: '--only',
    value: 'CODES',
    example: 'CG2',
    text: 'with --format=npd: count only findings whose codes begin so, for example CG2,CG301',
  },
  {
    flag: '--metrics',
    value: 'FILE',
    example: '/var/lib/node_exporter/crio-guard.prom',
    text: 'with --check: also write the report to a file, for Prometheus',
  },
  {
    flag: '--condition',
    value: 'FILE',
    example: '/run/crio-guard/condition',
    text: 'with --check: also write the verdict to a file in a few lines, for node-problem-detector',
  },
  { flag: '--from', value: 'FILE', example: 'host.json', text: 'check a recorded host instead of this one' },
  {
    flag: '--crio-version',
    value: 'V',
    example: '1.36.3',
    text: 'predict for this version of CRI-O instead of the installed one',
  },
  {
    flag: '--deep',
    text: 'with --check: also search for orphaned layers, leaked mounts and snapshots; slower',
  },
  { flag: '--verbose', text: 'show every fact that is read and every step of the prediction' },
] as const satisfies readonly OptionText[];
