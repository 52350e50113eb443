import * as fs from 'node:fs';
import { errnoOf } from '../host/linux/errno.js';
import { contains } from '../host/containment.js';
import type { Host } from '../host/host.js';
import { physicalPath } from '../host/symlinks.js';
import { messageOf } from '../text/message-of.js';
import type { Action } from './actions.js';

/** Processes that a message names; a busy directory may have hundreds. */
const NAMED = 3;

const PROC = '/proc';

/** The process has ended, or cannot be seen. */
const PASSED_OVER: ReadonlySet<string> = new Set(['ENOENT', 'ESRCH', 'EACCES', 'EPERM']);

/**
 * Why a directory cannot be renamed or mounted over: a process has its working directory, its root or an open file
 * there, and would go on in a directory that no other process sees. A lock belongs to an open file. Only links of /proc are
 * read, which never wait for the storage they name. A process that the kernel hides even from root is passed over.
 *
 * @param directory without symbolic links
 * @param proc where the processes are listed
 */
export function whyInUse(directory: string, proc = PROC): string | undefined {
  try {
    const users: string[] = [];
    const ours = readLink(`${proc}/self`);
    const names = fs.readdirSync(proc);
    for (const name of names) {
      if (!/^\d+$/.test(name) || name === ours) continue;
      const use = useBy(`${proc}/${name}`, directory);
      if (use !== undefined) users.push(`${commandOf(`${proc}/${name}`)} (process ${name}) has ${use}`);
    }
    if (users.length === 0) return undefined;
    const more = users.length > NAMED ? ` and ${users.length - NAMED} more` : '';
    return `${directory} is in use: ${users.slice(0, NAMED).join(', ')}${more}`;
  } catch (error) {
    return `cannot see which processes use ${directory}: ${messageOf(error)}`;
  }
}

/** Why what an action renames or covers is in use. */
export async function whyActionHits(host: Host, action: Action): Promise<string | undefined> {
  switch (action.kind) {
    case 'rename-directory':
      return whyInUse(await physicalPath(host, action.from));
    case 'mount-dataset':
      return whyInUse(await physicalPath(host, action.mountpoint));
    case 'make-directory':
    case 'write-file':
    case 'load-key':
    case 'load-module':
      return undefined;
  }
}

/** @throws the error of node:fs */
function useBy(entry: string, directory: string): string | undefined {
  const isBelow = (link: string): boolean => {
    const target = readLink(link);
    return target !== undefined && contains(directory, target);
  };
  if (isBelow(`${entry}/cwd`)) return 'its working directory there';
  if (isBelow(`${entry}/root`)) return 'its root there';
  const open = entriesOf(`${entry}/fd`).some((name) => isBelow(`${entry}/fd/${name}`));
  return open ? 'a file open there' : undefined;
}

const readLink = (path: string): string | undefined => unlessHidden(() => fs.readlinkSync(path));

const entriesOf = (path: string): readonly string[] => unlessHidden(() => fs.readdirSync(path)) ?? [];

function commandOf(entry: string): string {
  return unlessHidden(() => fs.readFileSync(`${entry}/comm`, 'utf8').trim()) ?? 'a process';
}

function unlessHidden<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch (error) {
    const errno = errnoOf(error);
    if (errno !== undefined && PASSED_OVER.has(errno)) return undefined;
    throw error;
  }
}
