/** What went wrong in one attempt. */
export type Fault =
  | 'hang'
  | 'exception'
  | 'stop without proof'
  | 'exact error from a broken answer'
  /** Obeyed or changed what it must not, let a name out raw, or grew. */
  | 'other broken promise';

/** One attempt that was made. */
export interface Attempted {
  /** What was hostile, for the list of faults. */
  readonly what: string;
  /** Undefined when all is well. */
  readonly fault: Fault | undefined;
}

/** A kind of hostile world, with every attempt of it. */
export interface HostileClass {
  readonly name: string;
  /** Why it cannot be tried on this machine. */
  readonly lack?: string | undefined;
  /** Makes the attempts one after another. */
  readonly attempts: () => AsyncIterable<Attempted> | Iterable<Attempted>;
}
