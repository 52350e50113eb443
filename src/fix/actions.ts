/** One change of the machine, with what has to hold before it and what undoes it. Plain data, for the ledger. */
export type Action =
  | {
      readonly kind: 'make-directory';
      readonly path: string;
      readonly mode: number;
    }
  | {
      readonly kind: 'write-file';
      readonly path: string;
      readonly content: string;
      readonly mode: number;
      /** What stood there when the plan was made; it must still stand there when the file is written. */
      readonly previous: string | null;
      /** A file of systemd's: it has to read its units again, now and when the file is put back. */
      readonly reloadsSystemd?: true;
    }
  | { readonly kind: 'mount-dataset'; readonly dataset: string; readonly mountpoint: string }
  | { readonly kind: 'rename-directory'; readonly from: string; readonly to: string }
  | { readonly kind: 'load-key'; readonly dataset: string; readonly keyFile: string }
  | { readonly kind: 'load-module'; readonly module: string };

/** What is done, in one line. */
export function describeAction(action: Action): string {
  switch (action.kind) {
    case 'make-directory':
      return `make the directory ${action.path}`;
    case 'write-file':
      return action.reloadsSystemd === true
        ? `write ${action.path}, and let systemd read its units again`
        : `write ${action.path}`;
    case 'mount-dataset':
      return `mount ${action.dataset} at ${action.mountpoint}`;
    case 'rename-directory':
      return `rename ${action.from} to ${action.to}`;
    case 'load-key':
      return `load the key of ${action.dataset} from ${action.keyFile}`;
    case 'load-module':
      return `load the kernel module ${action.module}`;
  }
}

/** The command that an action runs; absent for what crio-guard does itself. */
export function commandOf(action: Action): readonly [string, ...string[]] | undefined {
  switch (action.kind) {
    case 'make-directory':
    case 'rename-directory':
      return undefined;
    case 'write-file':
      return action.reloadsSystemd === true ? ['systemctl', 'daemon-reload'] : undefined;
    case 'mount-dataset':
      return ['zfs', 'mount', action.dataset];
    case 'load-key':
      return ['zfs', 'load-key', action.dataset];
    case 'load-module':
      // -b: respect the blacklist even for a module that is named explicitly.
      return ['modprobe', '-b', action.module];
  }
}

/** How an action is undone, in one line. */
export function describeUndo(action: Action): string {
  switch (action.kind) {
    case 'make-directory':
      return `remove ${action.path} if it is empty`;
    case 'write-file':
      return action.previous === null ? `remove ${action.path}` : `write ${action.path} as it was`;
    case 'mount-dataset':
      return `zfs unmount ${action.dataset}, if it is not in use`;
    case 'rename-directory':
      return `rename ${action.to} back to ${action.from}`;
    case 'load-key':
      return 'nothing: the key stays loaded';
    case 'load-module':
      return `modprobe -r ${action.module}, if it is not in use`;
  }
}

/** What must hold once a plan is carried out. */
export type Expectation =
  /**
   * CRI-O starts, makes new layers in the dataset, and sees these layers there. Without a dataset it is the
   * one that the configuration leads to.
   */
  | { readonly kind: 'start'; readonly dataset?: string; readonly layers: readonly string[] }
  /** The finding is gone, and CRI-O starts as it did before. */
  | { readonly kind: 'finding-gone' }
  /** The finding is gone. What CRI-O does then only a new look can tell. */
  | { readonly kind: 'first-step' };

/** A plan that was not yet proven. */
export interface Plan {
  readonly code: `CG${string}`;
  readonly actions: readonly Action[];
  readonly expects: Expectation;
}

declare const approved: unique symbol;

/** A plan that came out right on the planned host; made by prove() alone, wanted by apply(). */
export type ApprovedPlan = Plan & { readonly [approved]: true };

export type Planned =
  | { readonly kind: 'plan'; readonly plan: Plan }
  | { readonly kind: 'refused'; readonly code: `CG${string}`; readonly why: string }
  | { readonly kind: 'nothing' };

export const refuse = (code: `CG${string}`, why: string): Planned => ({ kind: 'refused', code, why });
