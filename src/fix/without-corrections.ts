import type { Host } from '../host/host.js';
import type { Action } from './actions.js';
import type { LedgerEntry } from './ledger.js';
import { PlannedHost } from './planned/planned-host.js';
import { decodeText } from '../text/utf8.js';

export interface WithoutCorrections {
  readonly host: Host;
  /** What is undone too, and cannot be taken away on a planned host: what CRI-O does then is unknown. */
  readonly unplanned?: string;
}

/**
 * The host as it would be without these corrections. A file changes only where it still holds what was written, as
 * the undo does it; a directory that an undo removes is empty.
 *
 * @param entries the latest first
 */
export async function withoutCorrections(
  host: Host,
  entries: readonly LedgerEntry[],
): Promise<WithoutCorrections> {
  const contents = new Map<string, string | null>();
  let unplanned: string | undefined;
  for (const action of entries.flatMap(({ actions }) => [...actions].reverse())) {
    unplanned ??= whyNotPlanned(action);
    if (action.kind !== 'write-file') continue;
    const { path, content, previous } = action;
    const known = contents.get(path);
    const now = known === undefined ? await textOf(host, path) : known;
    if (now === content) contents.set(path, previous);
  }
  const restored: Action[] = [];
  const removed = new Set<string>();
  for (const [path, content] of contents) {
    if (content === null) removed.add(path);
    else restored.push({ kind: 'write-file', path, content, mode: 0o644, previous: null });
  }
  const planned = new PlannedHost(host, restored, removed);
  return { host: planned, ...(unplanned === undefined ? {} : { unplanned }) };
}

async function textOf(host: Host, path: string): Promise<string | undefined> {
  const content = await host.readFile(path);
  return content.state === 'known' ? decodeText(content.value) : undefined;
}

function whyNotPlanned(action: Action): string | undefined {
  switch (action.kind) {
    case 'make-directory':
    case 'write-file':
    // A loaded key stays loaded.
    case 'load-key':
      return undefined;
    case 'mount-dataset':
      return `what lies below ${action.mountpoint} is unknown as long as ${action.dataset} is mounted there`;
    case 'load-module':
      return `CRI-O may need the module ${action.module}`;
    case 'rename-directory':
      return `CRI-O may need ${action.from}; the directory that was in the way is ${action.to}`;
  }
}
