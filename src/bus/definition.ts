/** One argument of a method or signal. */
export interface Argument {
  readonly name: string;
  readonly type: string;
}

export interface PropertyDefinition {
  readonly name: string;
  readonly type: string;
  /** It never changes while the service runs, so that clients need no signal for it. */
  readonly constant?: true;
  readonly text: string;
}

export interface MethodDefinition {
  readonly name: string;
  readonly in: readonly Argument[];
  readonly out: readonly Argument[];
  readonly text: string;
}

export interface SignalDefinition {
  readonly name: string;
  readonly out: readonly Argument[];
  readonly text: string;
}

/** An interface as it is introspected, documented and served; every property is for reading only. */
export interface InterfaceDefinition {
  readonly name: string;
  readonly properties: readonly PropertyDefinition[];
  readonly methods: readonly MethodDefinition[];
  readonly signals: readonly SignalDefinition[];
}

export const GUARD_NAME = 'io.github.crioguard.Guard1';
export const GUARD_PATH = '/io/github/crioguard/Guard1';

/** The words of an enumeration are never translated; a client takes one that it does not know for `unknown`. */
export const GUARD = {
  name: GUARD_NAME,
  properties: [
    { name: 'Version', type: 's', constant: true, text: 'Version of crio-guard.' },
    {
      name: 'Mode',
      type: 's',
      text: 'What the last run was for: "fix", "check", "off"; "unknown" before the first report.',
    },
    { name: 'Verdict', type: 's', text: 'Of the last report: "ok", "warning", "error" or "unknown".' },
    {
      name: 'Prediction',
      type: '(sssas)',
      text:
        'What CRI-O will do: outcome ("starts", "fails" or "unknown"), storage driver (if it starts; of one that is not ' +
        'zfs only options and paths were checked), ' +
        'the error it will print (if it fails), what could not be read (if that is unknown).',
    },
    { name: 'GraphRoot', type: 's', text: "CRI-O's storage root; empty when it could not be determined." },
    {
      name: 'Dataset',
      type: 's',
      text: 'The ZFS dataset below which new layers will be made; empty if none.',
    },
    {
      name: 'LastCheck',
      type: 't',
      text: 'When the report was made, in microseconds since the epoch; 0 before the first.',
    },
    {
      name: 'Findings',
      type: 'a(sssss)',
      text:
        'Code, slug, severity ("error", "warning" or "info"), certainty ("exact" or "heuristic") and message ' +
        'of each finding. One that the configuration ignores has the severity "info".',
    },
  ],
  methods: [
    {
      name: 'Check',
      in: [],
      out: [{ name: 'verdict', type: 's' }],
      text: 'Looks at the machine now, changing nothing; the properties then show the new report.',
    },
    {
      name: 'Fix',
      in: [{ name: 'dry_run', type: 'b' }],
      out: [
        { name: 'state', type: 's' },
        { name: 'code', type: 's' },
        { name: 'actions', type: 'a(sss)' },
        { name: 'refusal', type: 's' },
        { name: 'verdict', type: 's' },
      ],
      text:
        'Corrects what can be corrected without risk, or only plans it. State is "none", "refused", "planned", ' +
        '"applied", "undone" or "failed"; code is the finding that is corrected; each action has a kind, a ' +
        'description and, for files, a unified difference; refusal says why nothing was corrected.',
    },
    {
      name: 'Revert',
      in: [],
      out: [{ name: 'reverted', type: 'a(ssas)' }],
      text:
        'Takes back the corrections that stand, the latest first, unless CRI-O would be worse off, which is an ' +
        'error that says why. For each: the finding it was for, its time, and what ' +
        'could not be taken back.',
    },
    {
      name: 'Explain',
      in: [{ name: 'code', type: 's' }],
      out: [
        { name: 'code', type: 's' },
        { name: 'slug', type: 's' },
        { name: 'severity', type: 's' },
        { name: 'certainty', type: 's' },
        { name: 'title', type: 's' },
        { name: 'explanation', type: 'as' },
        { name: 'remedy', type: 'as' },
        { name: 'references', type: 'as' },
      ],
      text: 'What a finding means, by its code or slug: paragraphs of explanation and remedy.',
    },
  ],
  signals: [
    {
      name: 'VerdictChanged',
      out: [
        { name: 'old', type: 's' },
        { name: 'new', type: 's' },
      ],
      text: 'Sent when a report has another verdict than the one before it.',
    },
  ],
} as const satisfies InterfaceDefinition;

export type GuardProperty = (typeof GUARD)['properties'][number]['name'];
export type GuardMethod = (typeof GUARD)['methods'][number]['name'];
