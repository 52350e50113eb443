/** Where a value of the effective storage comes from. */
export type Origin =
  | { readonly kind: 'file'; readonly path: string; readonly key: string; readonly line?: number }
  | { readonly kind: 'flag'; readonly flag: string }
  | {
      readonly kind: 'environment';
      readonly name: string;
      /** The EnvironmentFile= that sets it, where systemd was asked. */
      readonly file?: string;
    }
  /** The installed CRI-O said so; where it has it from is not known. */
  | { readonly kind: 'crio' }
  | { readonly kind: 'built-in' };

/** A value that was set and then overridden by a later source. */
export interface Overridden<T> {
  readonly value: T;
  readonly origin: Origin;
}

export interface Sourced<T> {
  readonly value: T;
  readonly origin: Origin;
  /** Earlier values of the same setting, the most recently overridden first. */
  readonly overrode: readonly Overridden<T>[];
}

export const BUILT_IN: Origin = { kind: 'built-in' };

/** A value that overrides nothing. */
export function sourced<T>(value: T, origin: Origin): Sourced<T> {
  return { value, origin, overrode: [] };
}

/** The same setting, set again by a later source. */
export function overriding<T>(previous: Sourced<T>, value: T, origin: Origin): Sourced<T> {
  const { value: earlier, origin: from, overrode } = previous;
  return { value, origin, overrode: [{ value: earlier, origin: from }, ...overrode] };
}

export function describeOrigin(origin: Origin): string {
  switch (origin.kind) {
    case 'file':
      return origin.line === undefined
        ? `${origin.path} (${origin.key})`
        : `${origin.path}:${origin.line} (${origin.key})`;
    case 'flag':
      return `flag ${origin.flag}`;
    case 'environment':
      return origin.file === undefined
        ? `environment ${origin.name}`
        : `environment ${origin.name} of ${origin.file}`;
    case 'crio':
      return 'crio config';
    case 'built-in':
      return 'built-in default';
  }
}
