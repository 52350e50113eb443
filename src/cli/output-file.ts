import { lstatSync } from 'node:fs';
import { resolve } from 'node:path';
import { messageOf } from '../text/message-of.js';
import { writeFileAtomically } from '../host/linux/atomic-file.js';
import { escapeControls } from '../text/escape.js';

/** Writes the file that was asked for. @returns why it was not written */
export type WriteFile = (text: string) => string | undefined;

/**
 * Writes a file that somebody asked for, in one step. Only a file is replaced: a rename over /dev/null would
 * take it away from the whole machine, and a symlink may have been put there by somebody else.
 *
 * @returns why it was not written
 */
export function writeOutputFile(path: string, text: string, mode: number): string | undefined {
  try {
    const target = resolve(path);
    const status = lstatSync(target, { throwIfNoEntry: false });
    if (status !== undefined && !status.isFile()) return `${escapeControls(path)}: it is no regular file`;
    writeFileAtomically(target, text, mode);
    return undefined;
  } catch (error) {
    return `${escapeControls(path)}: ${reasonOf(error)}`;
  }
}

/** What the system says, without the call and the name that Node adds: it may be one of our own. */
export function reasonOf(error: unknown): string {
  const message = messageOf(error);
  return /^E[A-Z0-9]+: ([^,]+)/.exec(message)?.[1] ?? message;
}
