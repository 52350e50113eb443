import type { Mount } from './mountinfo.js';
import type { Probe } from './probe.js';

export type FileKind = 'file' | 'directory' | 'symlink' | 'other';

export interface FileStatus {
  readonly kind: FileKind;
  /** Device number as `major:minor`, the form of /proc/self/mountinfo. */
  readonly device: string;
  readonly inode: number;
  /** Permission bits only. */
  readonly mode: number;
  readonly userId: number;
  readonly groupId: number;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly modified: number;
}

export interface DirectoryEntry {
  readonly name: string;
  readonly kind: FileKind;
}

export interface FileSystemStatus {
  /** `f_type` of statfs(2). */
  readonly type: number;
  readonly blockSize: number;
  readonly blocks: number;
  readonly availableBlocks: number;
  readonly files: number;
  readonly freeFiles: number;
}

export interface Execution {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunSettings {
  /** The whole environment of the program, instead of the cleaned one. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly workingDirectory?: string;
  /** What the program reads from standard input. */
  readonly input?: string;
  /** The program changes the machine; all others only answer a question. */
  readonly changes?: true;
}

/** Questions that will be asked later. */
export interface LookAhead {
  /** It is listed, and its file system looked at. */
  readonly directory: string;
  /** Files whose status will be asked for, and of `*.json` the content. */
  readonly paths: readonly string[];
}

/** Answers by path. What is missing was not clear. */
export interface Seen {
  /** Of lstat. */
  readonly statuses: ReadonlyMap<string, Probe<FileStatus>>;
  readonly directories: ReadonlyMap<string, Probe<readonly DirectoryEntry[]>>;
  readonly fileSystems: ReadonlyMap<string, Probe<FileSystemStatus>>;
  /** Whole, of no more than {@link CONTENT_LIMIT} bytes. */
  readonly files: ReadonlyMap<string, Probe<Uint8Array>>;
}

/**
 * The only access to the machine. Every question is answered by a {@link Probe}: a failure of the machine is a value,
 * not an exception. Only `run` with `changes` changes the machine. No answer takes longer than the deadline the
 * host was made with.
 */
export interface Host {
  /** The whole file, as bytes, following symlinks. More than `limit` bytes is `too-large`. */
  readFile(path: string, limit?: number): Promise<Probe<Uint8Array>>;
  /** Follows symlinks. */
  stat(path: string): Promise<Probe<FileStatus>>;
  /** Does not follow a symlink at the end of the path. */
  lstat(path: string): Promise<Probe<FileStatus>>;
  readLink(path: string): Promise<Probe<string>>;
  /** Entries in byte order of their names, without `.` and `..`. */
  readDirectory(path: string): Promise<Probe<readonly DirectoryEntry[]>>;
  statFileSystem(path: string): Promise<Probe<FileSystemStatus>>;
  /**
   * Runs a program by absolute path with a cleaned environment (PATH and LC_ALL=C, unless `settings` say
   * otherwise); a non-zero exit is an answer, not a failure.
   */
  run(program: string, args: readonly string[], settings?: RunSettings): Promise<Probe<Execution>>;
  /**
   * Answers many questions at the cost of one, where each would have a cost of its own. A host without it is asked
   * for each when it is needed, and so is every question that is not answered here.
   */
  lookAhead?(request: LookAhead): Promise<Seen | undefined>;
  /** What follows undoes what was begun: it has time of its own where the deadline has passed or is near. */
  beginUndo?(): void;
  /** The table of mounts where the host keeps it parsed; see readMounts. */
  mountTable?(): Promise<Probe<readonly Mount[]>>;
  /** A variable of the environment this process was started with. */
  environment(name: string): Probe<string>;
  /** Numeric user id this process runs as. */
  userId(): number;
}

/** What a program that failed said; one that said nothing is described by its end. */
export const complaintOf = ({ exitCode, stderr }: Pick<Execution, 'exitCode' | 'stderr'>): string =>
  stderr.trim() || `it ended with exit code ${exitCode} and without a message`;

/** Limit for configuration files, in bytes: CRI-O's own are a few KiB, and the TOML parser is not linear. */
export const CONFIGURATION_LIMIT = 1024 * 1024;

/** Limit for files of the store and for outputs of programs, in bytes. */
export const CONTENT_LIMIT = 64 * 1024 * 1024;

/** f_type of ZFS: containers/storage drivers.FsMagicZfs. */
export const ZFS_SUPER_MAGIC = 0x2fc12fc1;
