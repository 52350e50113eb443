import * as fs from 'node:fs';
import { baseName, parentOf } from '../paths.js';

/** Characters of a file's name that the name of its temporary file repeats; a name has at most 255 bytes. */
const REPEATED = 60;

const { O_WRONLY, O_RDWR, O_CREAT, O_EXCL, O_NOFOLLOW } = fs.constants;

/** What the names of all temporary files begin with: it says whose they are. */
const OURS = '.crio-guard.';
/** Those of one file. */
const temporaryPrefix = (path: string): string => `${OURS}${baseName(path).slice(0, REPEATED)}.`;

const RANDOM = /^[0-9a-z]+\.tmp$/;

/** Milliseconds after which no run still writes: each has ended, or was killed, before. */
const LONGEST_RUN = 120_000;

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
  const temporary = temporaryFor(path, beside);
  orRemoved(temporary, () => {
    writeTemporary(temporary, content, mode);
    fs.renameSync(temporary, path);
  });
  syncDirectory(parentOf(path));
}

/**
 * The same for a file that is there.
 *
 * @param copyAttributes gives the temporary file what the old file has beside its text; throws when it cannot
 */
export async function replaceFileAtomically(
  path: string,
  content: string,
  beside: string,
  copyAttributes: (temporary: string) => Promise<void>,
): Promise<void> {
  const temporary = temporaryFor(path, beside);
  try {
    writeTemporary(temporary, content, 0o600);
    await copyAttributes(temporary);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw error;
  }
  orRemoved(temporary, () => {
    syncFile(temporary);
    fs.renameSync(temporary, path);
  });
  syncDirectory(parentOf(path));
}

const temporaryFor = (path: string, beside: string): string =>
  `${beside}/${temporaryPrefix(path)}${Math.random().toString(36).slice(2)}.tmp`;

function writeTemporary(temporary: string, content: string, mode: number): void {
  const file = fs.openSync(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
    fs.writeFileSync(file, content);
    fs.fchmodSync(file, mode);
    fs.fsyncSync(file);
  } finally {
    fs.closeSync(file);
  }
}

function orRemoved(temporary: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw error;
  }
}

function syncFile(path: string): void {
  const file = fs.openSync(path, O_RDWR | O_NOFOLLOW);
  try {
    fs.fsyncSync(file);
  } finally {
    fs.closeSync(file);
  }
}

/**
 * Removes what killed writes of a file have left behind: regular files with our name for it, of our user, in a
 * directory that no other user can write. Only for a caller whose lock keeps every other writer of the file away.
 * Never fails: what cannot be removed does no harm.
 *
 * @param owner the user whose files they are
 */
export function removeTemporaries(path: string, owner: number, beside = parentOf(path)): void {
  const prefix = temporaryPrefix(path);
  const isMeant = (name: string): boolean =>
    name.startsWith(prefix) && RANDOM.test(name.slice(prefix.length));
  removeOurs(beside, owner, isMeant);
}

/**
 * Removes what killed writes of any file of a directory of our own have left behind. Other runs may be writing there:
 * what is younger than the longest run stays.
 *
 * @param owner the user whose files they are
 */
export function removeAbandoned(directory: string, owner: number): void {
  const isMeant = (name: string): boolean => name.startsWith(OURS) && /\.[0-9a-z]+\.tmp$/.test(name);
  removeOurs(directory, owner, isMeant, LONGEST_RUN);
}

/** @param age milliseconds since the last write that a file has to have */
function removeOurs(place: string, owner: number, isMeant: (name: string) => boolean, age = 0): void {
  try {
    const directory = fs.lstatSync(place);
    if (directory.uid !== owner || (directory.mode & 0o022) !== 0) return;
    for (const name of fs.readdirSync(place)) {
      if (!isMeant(name)) continue;
      const status = fs.lstatSync(`${place}/${name}`);
      const isOld = age === 0 || Date.now() - status.mtimeMs > age;
      if (isOld && status.isFile() && status.uid === owner && status.nlink === 1)
        fs.unlinkSync(`${place}/${name}`);
    }
  } catch {
    // The next run tries again.
  }
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
