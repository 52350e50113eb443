import * as fs from 'node:fs';
import type { DirectoryEntry, FileKind, FileStatus, FileSystemStatus } from '../host.js';
import { known, unknown, type Probe } from '../probe.js';
import { absentAt } from './absence.js';
import { readRegularFile } from './regular-file.js';
import { decodeStrict } from '../../text/utf8.js';

/** Looks by system calls of our own. What cannot be had is thrown, as node:fs does. */
export const readDirectly = {
  file: readRegularFile,
  status(path: string, follow: boolean): Probe<FileStatus> {
    // An exception costs a stack trace, and most of what is asked for is not there.
    const quiet = { throwIfNoEntry: false } as const;
    const status = follow ? fs.statSync(path, quiet) : fs.lstatSync(path, quiet);
    return status === undefined ? absentAt(path) : known(statusOf(status));
  },
  link: (path: string): Probe<string> => known(fs.readlinkSync(path)),
  directory: listDirectory,
  fileSystem: (path: string): Probe<FileSystemStatus> => known(fileSystemStatusOf(fs.statfsSync(path))),
  exists: (path: string): boolean => fs.existsSync(path),
};

function listDirectory(path: string): Probe<readonly DirectoryEntry[]> {
  const entries = fs.readdirSync(path, { withFileTypes: true, encoding: 'buffer' });
  entries.sort((a, b) => Buffer.compare(a.name, b.name));
  const listed: DirectoryEntry[] = [];
  for (const entry of entries) {
    const name = decodeStrict(entry.name);
    if (name === undefined) return unknown('unreadable', `list ${path}`, 'it holds a name that is not UTF-8');
    listed.push({ name, kind: kindOf(entry) });
  }
  return known(listed);
}

function kindOf(entry: { isFile(): boolean; isDirectory(): boolean; isSymbolicLink(): boolean }): FileKind {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'directory';
  return entry.isSymbolicLink() ? 'symlink' : 'other';
}

function statusOf(status: fs.Stats): FileStatus {
  return {
    kind: kindOf(status),
    device: deviceName(status.dev),
    inode: status.ino,
    mode: status.mode & 0o7777,
    userId: status.uid,
    groupId: status.gid,
    size: status.size,
    modified: Math.floor(status.mtimeMs),
  };
}

function fileSystemStatusOf(status: fs.StatsFs): FileSystemStatus {
  return {
    type: status.type,
    blockSize: status.bsize,
    blocks: status.blocks,
    availableBlocks: status.bavail,
    files: status.files,
    freeFiles: status.ffree,
  };
}

/** Splits a dev_t as glibc's gnu_dev_major and gnu_dev_minor do. */
export function deviceName(device: number): string {
  const value = BigInt(device);
  const major = ((value >> 8n) & 0xfffn) | ((value >> 32n) & 0xfffff000n);
  const minor = (value & 0xffn) | ((value >> 12n) & 0xffffff00n);
  return `${major}:${minor}`;
}
