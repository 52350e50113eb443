import * as fs from 'node:fs';
import { errnoOf } from '../host/linux/errno.js';

/** @returns `null` when there is no such file */
export function readTextFile(path: string): string | null {
  try {
    const file = fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW);
    try {
      return fs.readFileSync(file, 'utf8');
    } finally {
      fs.closeSync(file);
    }
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw error;
  }
}
