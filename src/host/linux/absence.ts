import { statSync } from 'node:fs';
import { absent, type Probe } from '../probe.js';
import { parentOf } from '../paths.js';

/**
 * Why nothing is at a path, as the kernel would say it. From version 22 on Node answers ENOENT and ENOTDIR alike where
 * it is not to throw, and CRI-O quotes the word.
 *
 * @param path an absolute path at which nothing is
 */
export function absentAt(path: string): Probe<never> {
  for (let above = parentOf(path); above !== '/'; above = parentOf(above)) {
    const status = statSync(above, { throwIfNoEntry: false });
    if (status !== undefined) return absent(status.isDirectory() ? 'ENOENT' : 'ENOTDIR');
  }
  return absent();
}
