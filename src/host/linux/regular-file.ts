import { messageOf } from '../../text/message-of.js';
import * as fs from 'node:fs';
import { known, unknown, type Probe } from '../probe.js';
import { absentAt } from './absence.js';
import { errnoOf, probeOfErrno } from './errno.js';

/** Major 1, minor 3: /dev/null, which administrators put in the place of a file to make it empty. */
const NULL_DEVICE = 0x103;
const CHUNK = 64 * 1024;

/**
 * Reads a whole file without waiting for another process: only regular files are opened, and never more than `limit`
 * bytes are kept. A FIFO or a device in the place of a file must not hang or fill this process.
 *
 * @param limit in bytes
 */
export function readRegularFile(
  path: string,
  limit: number,
  { followSymlink = true }: { readonly followSymlink?: boolean } = {},
): Probe<Uint8Array> {
  const question = `read ${path}`;
  try {
    // An exception costs a stack trace, and most of what is asked for is not there.
    const quiet = { throwIfNoEntry: false } as const;
    const status = followSymlink ? fs.statSync(path, quiet) : fs.lstatSync(path, quiet);
    if (status === undefined) return absentAt(path);
    if (status.isCharacterDevice() && status.rdev === NULL_DEVICE) return known(new Uint8Array());
    const kind = kindInTheWay(status);
    if (kind !== undefined) return unknown('failed', question, kind);
    return readOpened(path, limit, followSymlink);
  } catch (error) {
    return probeOfErrno(errnoOf(error), question, messageOf(error));
  }
}

function readOpened(path: string, limit: number, followSymlink: boolean): Probe<Uint8Array> {
  const question = `read ${path}`;
  const { O_RDONLY, O_NONBLOCK, O_NOCTTY, O_NOFOLLOW } = fs.constants;
  const file = fs.openSync(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | (followSymlink ? 0 : O_NOFOLLOW));
  try {
    // Another process may have replaced the file since it was looked at.
    const status = fs.fstatSync(file);
    const kind = kindInTheWay(status);
    if (kind !== undefined) return unknown('failed', question, kind);
    const tooLarge = unknown('too-large', question, `it is larger than ${limit} bytes`);
    if (status.size > limit) return tooLarge;
    const chunks: Uint8Array[] = [];
    let length = 0;
    for (;;) {
      const chunk = new Uint8Array(length === 0 ? Math.max(CHUNK, status.size + 1) : CHUNK);
      const read = fs.readSync(file, chunk);
      if (read === 0) return known(Buffer.concat(chunks, length));
      length += read;
      if (length > limit) return tooLarge;
      chunks.push(chunk.subarray(0, read));
    }
  } finally {
    fs.closeSync(file);
  }
}

function kindInTheWay(status: fs.Stats): string | undefined {
  if (status.isFile()) return undefined;
  return status.isDirectory() ? 'it is a directory' : 'it is not a regular file';
}
