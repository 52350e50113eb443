import type { ExampleDataset, ExampleMount } from './example-parts.js';
import type { Configuration } from '../config/configuration.js';
import type { UnreadSettings } from '../config/crio-conf/unread-settings.js';
import type { RuleSettings } from '../config/guard-settings.js';
import type { CrioVersion } from '../config/installed-crio/crio-version.js';
import type { Prediction, PredictionStep } from '../driver/prediction.js';
import type { PredictionInput } from '../driver/prediction-input.js';
import type { Probe, ProbeFailure } from '../host/probe.js';
import type { AdviceLine } from '../text/advice-line.js';

/**
 * `error`: CRI-O will fail, or will write to the wrong place, and an exact rule proves it. Taste and
 * likelihood are warnings.
 */
export type Severity = (typeof SEVERITIES)[number];
export const SEVERITIES = ['error', 'warning', 'info'] as const;

/** `exact`: decided by the same facts CRI-O decides by. A heuristic rule is never an error. */
export type Certainty = 'exact' | 'heuristic';

/** Families of codes: the hundreds digit. */
export const FAMILIES: Readonly<Record<string, string>> = {
  '0': 'the guard itself',
  '1': 'configuration',
  '2': 'CRI-O will refuse',
  '3': 'mounts, keys, pools, order at boot',
  '4': 'layers will land elsewhere than meant',
  '5': 'hazards of the layout',
  '6': 'the store and its clean-up',
};

export type RuleCode = `CG${string}`;

/** What a rule looks at: all that was learned, and what CRI-O is predicted to do with it. */
export interface Diagnosis {
  readonly configuration: Configuration;
  /** Absent when CRI-O refuses its configuration, or when that could not be determined. */
  readonly input?: PredictionInput;
  readonly prediction: Prediction;
  /** How the prediction came about; absent as `input` is. */
  readonly steps?: readonly PredictionStep[];
  /** Absent when nothing depended on it, or when it could not be asked. */
  readonly crioVersion?: CrioVersion;
  /** The program of CRI-O; absent before a start, and where a version was named. */
  readonly crioProgram?: { readonly path: string; readonly status: Probe<unknown> };
  /** Services other than crio.service that run CRI-O; looked for by hand, where ZFS matters. */
  readonly otherUnits?: Probe<readonly string[]>;
  /** Storage settings in files that CRI-O does not read; looked for by hand only. */
  readonly unreadSettings?: Probe<readonly UnreadSettings[]>;
  /** What the administrator has set for rules and their advice; the defaults where it is absent. */
  readonly settings?: RuleSettings;
  /** What the guard knows of itself; absent where only the machine is looked at. */
  readonly guard?: GuardState;
}

/** The guard's own affairs, as far as someone has to hear of them. */
export interface GuardState {
  /** What is wrong with its configuration, one sentence each. */
  readonly problems: readonly string[];
  /** Those of them that leave open what is configured. */
  readonly unreadConfiguration?: readonly ProbeFailure[];
  /** A correction that was cut off: undone, with what is left of it, or still to be undone (`pending`). */
  readonly interrupted?:
    { readonly code: string; readonly left: readonly string[]; readonly pending: boolean } | undefined;
  /** Why the ledger, which tells of such a correction, was not read. */
  readonly unread?: ProbeFailure;
  /** A correction that was no longer needed and has been reverted. */
  readonly withdrawn?: { readonly code: string; readonly left: readonly string[] };
  /** What `crio config` makes of the configuration instead, when it was asked and disagrees. */
  readonly disagreement?: string;
}

/** A diagnosis that came as far as the store; what most rules need. */
export type StoreDiagnosis = Diagnosis & { readonly input: PredictionInput };

/** Facts a finding speaks of; they print as JSON, and become the fields of the journal record. */
export type FindingData = Readonly<Record<string, string | number | boolean | readonly string[]>>;

export interface FindingSubject {
  readonly pool?: string;
  readonly encryptionroot?: string;
}

export type RuleAnswer<Data extends FindingData> =
  | { readonly kind: 'pass' }
  | { readonly kind: 'finding'; readonly data: Data }
  | { readonly kind: 'not-applicable'; readonly why: string }
  /** The facts it needs could not be read: neither pass nor finding. */
  | { readonly kind: 'unknown'; readonly missing: readonly ProbeFailure[] };

export const passed = { kind: 'pass' } as const;
export const finding = <Data extends FindingData>(data: Data) => ({ kind: 'finding', data }) as const;
export const notApplicable = (why: string) => ({ kind: 'not-applicable', why }) as const;
export const unknownAnswer = (...missing: ProbeFailure[]) => ({ kind: 'unknown', missing }) as const;

/** The part of a rule that a check needs. */
export interface Rule<Data extends FindingData = FindingData> {
  /** `CGnnn`, never reused. */
  readonly code: RuleCode;
  readonly slug: string;
  readonly severity: Severity;
  readonly certainty: Certainty;
  /** MESSAGE_ID in the journal, 32 hexadecimal digits. */
  readonly messageId: string;
  /** The root causes whose echo this finding may be: it is not shown beside one of them. */
  readonly follows?: readonly RuleCode[];
  /** What a finding is about; a rule that follows from it may compare. */
  subject?(data: Data): FindingSubject;
  /** Whether it follows from a finding about this; it does unless the rule says otherwise. */
  isCausedBy?(data: Data, cause: FindingSubject): boolean;
  check(diagnosis: Diagnosis): RuleAnswer<Data>;
  /** One sentence with the real names in it. */
  message(data: Data): string;
  /** Sentences, commands and lines of files with the real names in them. */
  advice(data: Data): readonly AdviceLine[];
}

/**
 * One rule, whole: its texts, what it decides, and examples that prove it. `--explain`, the manual page,
 * the journal catalog and the completions are made from it. The bundles that only check are made without
 * what stands here (packaging/without-words.js).
 */
export interface DocumentedRule<Data extends FindingData = FindingData> extends Rule<Data> {
  /** What is wrong, without the names of one machine. One line. */
  readonly title: string;
  /** Why it happens, and which function of CRI-O or containers/storage makes it so. Paragraphs. */
  readonly explanation: readonly string[];
  /** What an administrator can do, without the names of one machine. */
  readonly remedy: readonly string[];
  /** Where it is documented or was reported. */
  readonly references: readonly string[];
  /** Version of crio-guard that brought it. */
  readonly since: string;
  readonly examples: {
    readonly fail: readonly [ExampleMachine, ...ExampleMachine[]];
    readonly pass: readonly [ExampleMachine, ...ExampleMachine[]];
  };
}

/**
 * A machine small enough to write beside a rule. What is not named is that of a healthy node: a pool tank
 * with tank/crio mounted at /var/lib/crio, driver zfs, graphroot /var/lib/crio/containers, OpenZFS 2.1.11
 * and CRI-O 1.36.3, / on ext4, /run on tmpfs.
 */
export interface ExampleMachine {
  /** Files by path; replaces /etc/containers/storage.conf too when named here. A name ending in / is a directory. */
  readonly files?: Readonly<Record<string, string>>;
  readonly symlinks?: Readonly<Record<string, string>>;
  /** Keys of [storage] in the healthy node's storage.conf to be changed. */
  readonly graphroot?: string;
  readonly runroot?: string;
  readonly driver?: string;
  /** `[storage.options.zfs] fsname` */
  readonly fsname?: string;
  /** Replaces the healthy node's datasets (tank, tank/crio). Mounted where `mounted` is yes and `mountpoint` a path. */
  readonly datasets?: readonly ExampleDataset[];
  /** Further mounts, after those of the datasets; one on / replaces the healthy node's. */
  readonly mounts?: readonly ExampleMount[];
  readonly pools?: Readonly<Record<string, string>>;
  /** Version of the module, or null when it is not loaded. */
  readonly module?: string | null;
  /** False when there is no /dev/zfs although the module is loaded, as in a container. */
  readonly device?: boolean;
  /** False when there is no `zfs` on the PATH. */
  readonly command?: boolean;
  readonly crioVersion?: string;
  /** False when no CRI-O is installed. */
  readonly crio?: false;
  /** The error with which `crio config` ends. */
  readonly crioRefusal?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly flags?: readonly string[];
  readonly guard?: GuardState;
  /** As with `--check --deep`. */
  readonly deep?: boolean;
  /** Names of snapshots; seen with `deep` only. */
  readonly snapshots?: readonly string[];
  /** Version of the zfs command; that of the module unless named. */
  readonly tools?: string;
  /** What systemd says that crio.service waits for. */
  readonly unit?: { readonly after: readonly string[]; readonly requiresMountsFor: readonly string[] };
}

/** Checks that check, message and advice agree on the type of the data. */
export const defineRule = <Data extends FindingData>(rule: DocumentedRule<Data>): DocumentedRule<Data> =>
  rule;

/** For rules that need the store: passes over what CRI-O refuses before it opens one. */
export function withStore<Data extends FindingData>(
  diagnosis: Diagnosis,
  check: (diagnosis: StoreDiagnosis) => RuleAnswer<Data>,
): RuleAnswer<Data> {
  const { input } = diagnosis;
  if (input === undefined) return notApplicable('CRI-O does not come as far as its store');
  return check({ ...diagnosis, input });
}
