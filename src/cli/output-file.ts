import { lstatSync } from 'node:fs';
import { resolve } from 'node:path';
import { whyNotSynced } from '../fix/durable-storage.js';
import { ZFS_SUPER_MAGIC, type Host } from '../host/host.js';
import { writeFileAtomically } from '../host/linux/atomic-file.js';
import { parentOf } from '../host/paths.js';
import { valueOf } from '../host/probe.js';
import { escapeControls } from '../text/escape.js';
import { messageOf } from '../text/message-of.js';

/** Writes an output file. @returns why it was not written */
export type WriteFile = (text: string) => string | undefined | Promise<string | undefined>;

/**
 * Writes an output file atomically. Only a regular file is replaced: a rename over /dev/null would remove it for the
 * whole machine, and another user may have created a symlink. Nothing is written on storage that does not answer the
 * host: this process would hang in the kernel.
 *
 * @returns why it was not written
 */
export async function writeOutputFile(
  host: Host,
  path: string,
  text: string,
  mode: number,
): Promise<string | undefined> {
  const shown = escapeControls(path);
  try {
    const target = resolve(path);
    const silent = await whyNoAnswer(host, target);
    if (silent !== undefined) return `${shown}: ${escapeControls(silent)}`;
    const status = lstatSync(target, { throwIfNoEntry: false });
    if (status !== undefined && !status.isFile()) return `${shown}: it is not a regular file`;
    writeFileAtomically(target, text, mode);
    return undefined;
  } catch (error) {
    return `${shown}: ${reasonOf(error)}`;
  }
}

async function whyNoAnswer(host: Host, target: string): Promise<string | undefined> {
  const directory = parentOf(target);
  for (const answer of [await host.readDirectory(directory), await host.lstat(target)]) {
    // What the kernel or the storage refuses, the write is refused as well, and names it.
    if (answer.state === 'unknown' && (answer.why.kind === 'timeout' || answer.why.kind === 'not-asked'))
      return answer.why.detail;
  }
  const fileSystem = valueOf(await host.statFileSystem(directory));
  // A pool may have the directory in memory, and a disk that has stopped answering.
  return fileSystem?.type === ZFS_SUPER_MAGIC ? whyNotSynced(host, directory) : undefined;
}

/** The system's message, without the call and the file name that Node adds: that can be a temporary file. */
export function reasonOf(error: unknown): string {
  const message = messageOf(error);
  return /^E[A-Z0-9]+: ([^,]+)/.exec(message)?.[1] ?? message;
}
