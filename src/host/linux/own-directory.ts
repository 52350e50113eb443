import { chmodSync, lstatSync, mkdirSync } from 'node:fs';

const WRITABLE_BY_OTHERS = 0o022;

/**
 * Makes a directory for our own files, where it is missing, and checks that one user alone can write there:
 * another user could redirect our write to another file, or readers to another report.
 *
 * @param owner the user who alone may write there
 * @throws the error of node:fs, or why the directory is not safe
 */
export function makeOwnDirectory(path: string, mode: number, owner: number): void {
  mkdirSync(path, { recursive: true, mode });
  const status = lstatSync(path);
  if (!status.isDirectory() || status.uid !== owner || (status.mode & WRITABLE_BY_OTHERS) !== 0) {
    throw new Error(`${path} must be a directory owned by root and writable only by root`);
  }
  // The umask of crio.service must not hide what other users may read.
  if ((status.mode & mode) !== mode) chmodSync(path, mode);
}
