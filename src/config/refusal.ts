/** Where CRI-O found what it refuses. */
export interface RefusalPlace {
  readonly file?: string;
  readonly line?: number;
  readonly key?: string;
}

/** What CRI-O refuses while it reads its configuration. */
export type RefusalCause = RefusalPlace &
  (
    | { readonly kind: 'roots-missing'; readonly missing: readonly RootName[] }
    | { readonly kind: OtherRefusal }
  );

export type RootName = 'runroot' | 'graphroot';

export type OtherRefusal =
  | 'storage-conf-broken'
  | 'storage-conf-missing'
  | 'storage-conf-is-directory'
  | 'imagestore-is-graphroot'
  | 'crio-conf-broken'
  | 'crio-conf-missing'
  | 'drop-in-broken'
  | 'drop-in-missing'
  | 'drop-in-is-directory'
  /** A flag or variable that CRI-O's command line refuses. */
  | 'flag-refused'
  /** The reason has nothing to do with storage. */
  | 'unrelated';

export interface Refusal {
  readonly cause: RefusalCause;
  /** CRI-O's message, without the log prefix. */
  readonly message: string;
  /** The end of the message: what is wrong, without the steps that led there. */
  readonly reason: string;
  /** False where only the beginning of the message is CRI-O's and the parser's own text may differ. */
  readonly exactWords: boolean;
  /** Why CRI-O itself has to confirm it (settleWithCrio) before it may stop a start. */
  readonly unconfirmed?: string;
}

/** @param prefix the steps that led to the reason, as CRI-O prints them */
export function refusalOf(
  cause: RefusalCause,
  reason: string,
  details: {
    readonly prefix?: string;
    readonly exactWords?: boolean;
    readonly unconfirmed?: string | undefined;
  } = {},
): Refusal {
  const { prefix = '', exactWords = true, unconfirmed } = details;
  const message = prefix + reason;
  return { cause, message, reason, exactWords, ...(unconfirmed === undefined ? {} : { unconfirmed }) };
}

/** A place without the fields that are not known. */
export function refusalPlace(
  file: string | undefined,
  line: number | undefined,
  key: string | undefined,
): RefusalPlace {
  return {
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
    ...(key === undefined || key === '' ? {} : { key }),
  };
}
