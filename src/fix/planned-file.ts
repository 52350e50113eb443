import * as fs from 'node:fs';
import { removeTemporaries, replaceFileAtomically, writeFileAtomically } from '../host/linux/atomic-file.js';
import type { Host } from '../host/host.js';
import { parentOf } from '../host/paths.js';
import { runTool } from './run-tool.js';

/** Where the temporary file of a write stands: beside the directory, not in it. CRI-O reads every file of crio.conf.d. */
const besideOf = (path: string): string => parentOf(parentOf(path));

/**
 * Writes a file of a correction, or the one that stood there before. A file that is replaced hands its mode, owner,
 * extended attributes and SELinux label on, so that they are the same after the correction and after its undo.
 *
 * @param mode of a file that is new
 * @throws why it could not be written; nothing was changed then
 */
export async function writeTextFile(host: Host, path: string, content: string, mode: number): Promise<void> {
  const there = fs.lstatSync(path, { throwIfNoEntry: false });
  if (there === undefined) {
    writeFileAtomically(path, content, mode, besideOf(path));
    return;
  }
  await replaceFileAtomically(path, content, besideOf(path), async (temporary) => {
    // Node has no call for extended attributes. `all` is the word that does without those that are not supported.
    const copied = await runTool(host, 'cp', ['--attributes-only', '--preserve=all', '--', path, temporary]);
    if (copied.kind === 'failed') throw new Error(copied.why);
    fs.chownSync(temporary, there.uid, there.gid);
    fs.chmodSync(temporary, there.mode & 0o7777);
    const now = new Date();
    fs.utimesSync(temporary, now, now);
  });
}

/** Removes what a killed write of this file has left; the lock of changes keeps other writers away. */
export const removeTemporariesOf = (host: Host, path: string): void =>
  removeTemporaries(path, host.userId(), besideOf(path));
