/** What D-Bus can carry, as plain values. A dictionary is an object, a struct an array, a variant a Typed. */
export type BusValue =
  string | number | bigint | boolean | Typed | readonly BusValue[] | { readonly [key: string]: BusValue };

/** A value with its own signature: what D-Bus calls a variant. */
export class Typed {
  constructor(
    readonly signature: string,
    readonly value: BusValue,
  ) {}
}

/** A method call that someone made on us. */
export interface Call {
  /** The unique name of the caller, put there by the bus itself. */
  readonly sender: string;
  readonly path: string;
  /** Absent when the caller did not name one, which D-Bus allows. */
  readonly interface: string | undefined;
  readonly member: string;
  readonly signature: string;
  readonly body: readonly unknown[];
  /** The caller is ready to wait while polkit asks a person. */
  readonly interactive: boolean;
}

/** A method call of ours. */
export interface Request {
  readonly destination: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly signature?: string;
  readonly body?: readonly BusValue[];
  /** Milliseconds after which the answer is silence. */
  readonly limit: number;
}

export interface Returned {
  readonly kind: 'return';
  readonly signature: string;
  readonly body: readonly BusValue[];
}

export interface Failed {
  readonly kind: 'error';
  /** Name of the error, for programs. */
  readonly name: string;
  /** For people. */
  readonly message: string;
}

export type Answer = Returned | Failed;

export type Reply =
  | { readonly kind: 'return'; readonly body: readonly unknown[] }
  | Failed
  /** Nobody answered: the time was over or the bus went away. */
  | { readonly kind: 'silence'; readonly why: string };

export const returned = (signature = '', body: readonly BusValue[] = []): Returned => ({
  kind: 'return',
  signature,
  body,
});

export const failed = (name: string, message: string): Failed => ({ kind: 'error', name, message });

/** Names of errors that clients know from every service. */
export const ERROR = {
  failed: 'org.freedesktop.DBus.Error.Failed',
  accessDenied: 'org.freedesktop.DBus.Error.AccessDenied',
  interactionRequired: 'org.freedesktop.DBus.Error.InteractiveAuthorizationRequired',
  invalidArguments: 'org.freedesktop.DBus.Error.InvalidArgs',
  limitsExceeded: 'org.freedesktop.DBus.Error.LimitsExceeded',
  readOnly: 'org.freedesktop.DBus.Error.PropertyReadOnly',
  timeout: 'org.freedesktop.DBus.Error.Timeout',
  unknownInterface: 'org.freedesktop.DBus.Error.UnknownInterface',
  unknownMethod: 'org.freedesktop.DBus.Error.UnknownMethod',
  unknownObject: 'org.freedesktop.DBus.Error.UnknownObject',
  unknownProperty: 'org.freedesktop.DBus.Error.UnknownProperty',
} as const;

export interface BusFailure {
  readonly error: string;
}

/** Who answers the calls on us. */
export interface Serving {
  readonly handle: (call: Call) => Promise<Answer>;
  readonly watch: CallWatch;
}

/** Counts the calls in progress. */
export interface CallWatch {
  begin(): void;
  end(): void;
}
