import * as fs from 'node:fs';
import { parentOf } from '../paths.js';

/**
 * Writes a file so that a reader sees the old text or the new one, and a crash leaves one of them: create
 * exclusively, write, sync, rename, sync the directory.
 *
 * @param beside directory for the temporary file, on the same file system. crio.conf.d is read whole, so a
 *   temporary file must never stand in it.
 * @throws the error of node:fs; nothing is left behind then
 */
export function writeFileAtomically(
  path: string,
  content: string,
  mode: number,
  beside = parentOf(path),
): void {
  const temporary = `${beside}/.crio-guard.${Math.random().toString(36).slice(2)}.tmp`;
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = fs.constants;
  const file = fs.openSync(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
    try {
      fs.writeFileSync(file, content);
      fs.fchmodSync(file, mode);
      fs.fsyncSync(file);
    } finally {
      fs.closeSync(file);
    }
    fs.renameSync(temporary, path);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw error;
  }
  syncDirectory(parentOf(path));
}

/** Makes the names of a directory durable. */
export function syncDirectory(path: string): void {
  const directory = fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_DIRECTORY);
  try {
    fs.fsyncSync(directory);
  } finally {
    fs.closeSync(directory);
  }
}
