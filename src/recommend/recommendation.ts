import type { Probe } from '../host/probe.js';
import type { AdviceLine } from '../text/advice-line.js';

/** What the layout is made of, as far as commands have to be written for it. */
export interface Layout {
  readonly dataset: string;
  readonly mountpoint: string;
  readonly graphroot: string;
  readonly files: readonly LayoutFile[];
  /** CRI-O is installed, so that there is a service to stop and to start. */
  readonly hasService: boolean;
  /** Where CRI-O stores now, when something is there that it will no longer see. */
  readonly leftBehind: LeftBehind | undefined;
  readonly selinuxEnforcing: Probe<boolean>;
  /** Version of CRI-O that the layout was proved for. */
  readonly crioVersion: string;
  readonly exact: boolean;
}

export interface LayoutFile {
  readonly path: string;
  readonly lines: readonly string[];
  readonly why: string;
  /** A copy of what stands there now; absent when nothing does. */
  readonly backup?: string;
  readonly reloadsSystemd?: true;
}

export interface LeftBehind {
  readonly graphroot: string;
  /** Unknown how many when it could not be read. */
  readonly layers: number | undefined;
}

export type Recommendation =
  | { readonly kind: 'layout'; readonly layout: Layout }
  /** CRI-O starts on ZFS already, and nothing is wrong with where it stores. */
  | { readonly kind: 'already'; readonly dataset: string }
  /** Something has to be there or to be decided first: sentences, and commands that look. */
  | { readonly kind: 'missing'; readonly lines: readonly AdviceLine[] }
  | { readonly kind: 'unknown'; readonly why: string };
