import { lstatSync } from 'node:fs';
import { resolve } from 'node:path';
import { messageOf } from '../text/message-of.js';
import { writeFileAtomically } from '../host/linux/atomic-file.js';
import { escapeControls } from '../text/escape.js';

/** Writes an output file. @returns why it was not written */
export type WriteFile = (text: string) => string | undefined;

/**
 * Writes an output file atomically. Only a regular file is replaced: a rename over /dev/null would remove it for the
 * whole machine, and another user may have created a symlink.
 *
 * @returns why it was not written
 */
export function writeOutputFile(path: string, text: string, mode: number): string | undefined {
  try {
    const target = resolve(path);
    const status = lstatSync(target, { throwIfNoEntry: false });
    if (status !== undefined && !status.isFile()) return `${escapeControls(path)}: it is not a regular file`;
    writeFileAtomically(target, text, mode);
    return undefined;
  } catch (error) {
    return `${escapeControls(path)}: ${reasonOf(error)}`;
  }
}

/** The system's message, without the call and the file name that Node adds: that can be a temporary file. */
export function reasonOf(error: unknown): string {
  const message = messageOf(error);
  return /^E[A-Z0-9]+: ([^,]+)/.exec(message)?.[1] ?? message;
}
