import { parentOf } from '../paths.js';
import { messageOf } from '../../text/message-of.js';
import { lstatSync } from 'node:fs';
import { mapProbe, unknown, type Probe } from '../probe.js';
import { errnoOf, probeOfErrno } from './errno.js';
import { readRegularFile } from './regular-file.js';

const WRITABLE_BY_OTHERS = 0o022;

/**
 * Reads a file that we obey. Anybody else who could write it, or replace it in its directory, could have us do
 * things as root.
 *
 * @param limit in bytes
 * @param owner the user who alone may write
 */
export function readOwnFile(path: string, limit: number, owner: number): Probe<string> {
  const question = `read ${path}`;
  const directory = parentOf(path);
  try {
    for (const part of [directory, path]) {
      const status = lstatSync(part);
      if (status.isSymbolicLink()) return unknown('failed', question, `${part} is a symbolic link`);
      if (status.uid !== owner || (status.mode & WRITABLE_BY_OTHERS) !== 0) {
        return unknown('failed', question, `${part} must be owned by root and writable only by root`);
      }
    }
  } catch (error) {
    return probeOfErrno(errnoOf(error), question, messageOf(error));
  }
  const content = readRegularFile(path, limit, { followSymlink: false });
  return mapProbe(content, (bytes) => Buffer.from(bytes).toString('utf8'));
}
