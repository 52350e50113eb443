import type { Host } from '../host/host.js';
import { findTool } from '../host/look-path.js';
import type { Action } from './actions.js';
import { runTool, type ToolRun } from './run-tool.js';

/** It is there while SELinux is enabled, enforcing or not. */
const ENABLED = '/sys/fs/selinux/enforce';

/** What an action makes anew. A file that is replaced hands its label on. */
function madeBy(action: Action): string | undefined {
  switch (action.kind) {
    case 'make-directory':
      return action.path;
    case 'write-file':
      return action.previous === null ? action.path : undefined;
    case 'rename-directory':
      return action.from;
    case 'mount-dataset':
    case 'load-key':
    case 'load-module':
      return undefined;
  }
}

/**
 * Gives what an action has made the label of the SELinux policy: the kernel gives it the one of its directory, which
 * may be another. Without restorecon(8) it keeps that.
 */
export async function labelAsPolicySays(host: Host, action: Action): Promise<ToolRun> {
  const path = madeBy(action);
  if (path === undefined || (await host.lstat(ENABLED)).state !== 'known') return { kind: 'done' };
  if ((await findTool(host, 'restorecon')).state === 'absent') return { kind: 'done' };
  return runTool(host, 'restorecon', [path]);
}
