/**
 * The answer to one question put to the machine. `absent` is knowledge (the kernel answered that
 * there is nothing); `unknown` is none, and must never be read as either of the others.
 */
export type Probe<T> = Known<T> | Absent | Unknown;

export interface Known<T> {
  readonly state: 'known';
  readonly value: T;
}

/** The errors by which the kernel says that a path leads to nothing. */
export type AbsenceErrno = 'ENOENT' | 'ENOTDIR' | 'ELOOP' | 'ENAMETOOLONG';

export interface Absent {
  readonly state: 'absent';
  readonly errno: AbsenceErrno;
}

export interface Unknown {
  readonly state: 'unknown';
  readonly why: ProbeFailure;
}

/** Why a question stayed without an answer. */
export type FailureKind =
  /** The deadline passed, or the answer would have meant waiting on storage that may hang. */
  | 'timeout'
  /** The kernel refused to tell this user. */
  | 'permission'
  /** A system call or a program failed in another way. */
  | 'failed'
  /** The answer was longer than its limit. */
  | 'too-large'
  /** The answer came in a form that is not understood. */
  | 'unreadable'
  /** A recorded host was asked something its recording does not hold. */
  | 'not-recorded'
  /** The answer depends on another one that is unknown. */
  | 'depends'
  /** It was left unasked on purpose (a pool that does not work, a host without ZFS). */
  | 'not-asked';

export interface ProbeFailure {
  readonly kind: FailureKind;
  /** What was asked, in words for an administrator: `read /etc/crio/crio.conf`. */
  readonly question: string;
  /** What came back. */
  readonly detail: string;
}

export const known = <T>(value: T): Known<T> => ({ state: 'known', value });

export const absent = (errno: AbsenceErrno = 'ENOENT'): Absent => ({ state: 'absent', errno });

export const unknown = (kind: FailureKind, question: string, detail: string): Unknown => ({
  state: 'unknown',
  why: { kind, question, detail },
});

/** Applies `change` to a known value; the other two states pass through. */
export function mapProbe<T, U>(probe: Probe<T>, change: (value: T) => U): Probe<U> {
  return probe.state === 'known' ? known(change(probe.value)) : probe;
}

/** Like {@link mapProbe}, for a change that may itself find nothing or fail. */
export function chainProbe<T, U>(probe: Probe<T>, change: (value: T) => Probe<U>): Probe<U> {
  return probe.state === 'known' ? change(probe.value) : probe;
}

/** The value, or `undefined` when it is absent or unknown. For places where both mean "leave it out". */
export function valueOf<T>(probe: Probe<T>): T | undefined {
  return probe.state === 'known' ? probe.value : undefined;
}

export function describeFailure(why: ProbeFailure): string {
  return `could not ${why.question}: ${why.detail}`;
}
