import { readRegularFile } from '../host/linux/regular-file.js';
import { describeFailure } from '../host/probe.js';

/** Bytes; the files that a correction replaces are drop-ins of a few KiB. */
const LIMIT = 1024 * 1024;

/**
 * @returns `null` when there is no such file
 * @throws why it cannot be read
 */
export function readTextFile(path: string): string | null {
  const content = readRegularFile(path, LIMIT, { followSymlink: false });
  switch (content.state) {
    case 'known':
      return Buffer.from(content.value).toString('utf8');
    case 'absent':
      return null;
    case 'unknown':
      throw new Error(describeFailure(content.why));
  }
}
