import { GUARD_ENVIRONMENT_FILE } from '../config/service/unit-environment.js';
import type { Action } from './actions.js';

/** What reads the storage configuration besides crio.service. */
export const OTHER_READERS = ['podman', 'crio-wipe.service', 'crio by hand'] as const;

export type OtherReader = (typeof OTHER_READERS)[number];

/**
 * Those that do not get what an action sets. Podman reads storage.conf and never /etc/crio (containers/storage,
 * DefaultStoreOptions). The variables are in an EnvironmentFile of crio.service alone: crio-wipe.service, which runs
 * `crio wipe` at boot, and `crio check` or `crio config` in a shell start without them.
 */
export function notSeenBy(action: Action): readonly OtherReader[] {
  if (action.kind !== 'write-file') return [];
  if (action.path === GUARD_ENVIRONMENT_FILE) return OTHER_READERS;
  return action.path.startsWith('/etc/crio/') ? ['podman'] : [];
}
