import { parseEnvironmentFile } from '../config/service/environment-file.js';
import { GUARD_ENVIRONMENT_FILE } from '../config/service/unit-environment.js';
import type { LedgerFile } from './ledger.js';

/**
 * Where standing corrections moved graphroot to with the variables of crio.service. These are gone after a reboot and
 * are set again; under another name CRI-O would no longer see the images it has stored since.
 */
export function earlierRoots(ledger: Pick<LedgerFile, 'read'>): readonly string[] {
  const read = ledger.read();
  if ('error' in read) return [];
  return read.entries
    .filter(({ status }) => status === 'applied')
    .flatMap(({ actions }) => actions)
    .flatMap((action) => {
      if (action.kind !== 'write-file' || action.path !== GUARD_ENVIRONMENT_FILE) return [];
      const root = parseEnvironmentFile(action.content)?.get('CONTAINER_ROOT');
      return root === undefined ? [] : [root];
    });
}
