import { deviceName } from './direct-reader.js';
import type { FileKind, FileStatus } from '../host.js';

/** The kinds as find(1) prints them with %y. */
const KIND_OF_LETTER: Readonly<Record<string, FileKind>> = {
  f: 'file',
  d: 'directory',
  l: 'symlink',
};

export const kindOfLetter = (letter: string): FileKind => KIND_OF_LETTER[letter] ?? 'other';

/** What -printf of find(1) gets for {@link parseFindRecord}. */
export const FIND_RECORD = '%m %D %i %U %G %s %T@ %y %p\\0';

/** One record of {@link FIND_RECORD}, without its NUL byte. */
export function parseFindRecord(record: string): { readonly path: string; readonly status: FileStatus } {
  const [mode = '', device, inode, userId, groupId, size, modified = '', letter = '', ...path] =
    record.split(' ');
  const [seconds, fraction = ''] = modified.split('.');
  return {
    path: path.join(' '),
    status: {
      kind: kindOfLetter(letter),
      device: deviceName(Number(device)),
      inode: Number(inode),
      mode: Number.parseInt(mode, 8),
      userId: Number(userId),
      groupId: Number(groupId),
      size: Number(size),
      modified: Number(seconds) * 1000 + Number(fraction.slice(0, 3)),
    },
  };
}
