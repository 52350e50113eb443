import {
  CONTENT_LIMIT,
  type DirectoryEntry,
  type Execution,
  type FileStatus,
  type FileSystemStatus,
  type Host,
  type LookAhead,
  type RunSettings,
  type Seen,
} from './host.js';
import { knownTarget } from './known-target.js';
import { readMounts } from './mount-table.js';
import type { Mount } from './mountinfo.js';
import type { Probe } from './probe.js';

type Answers<T> = Map<string, Promise<Probe<T>>>;

/**
 * One look at the machine: each question is asked once, and every reader gets the same answer. Whoever changes the
 * machine, or waits for someone who does, looks again with a new one.
 */
export class RememberingHost implements Host {
  private readonly files: Answers<Uint8Array> = new Map();
  private readonly targets: Answers<FileStatus> = new Map();
  private readonly statuses: Answers<FileStatus> = new Map();
  private readonly links: Answers<string> = new Map();
  private readonly directories: Answers<readonly DirectoryEntry[]> = new Map();
  private readonly fileSystems: Answers<FileSystemStatus> = new Map();
  private readonly tables: Answers<readonly Mount[]> = new Map();
  private readonly executions: Answers<Execution> = new Map();

  constructor(private readonly host: Host) {}

  mountTable(): Promise<Probe<readonly Mount[]>> {
    return once(this.tables, '', () => readMounts(this.host));
  }

  /** Keeps what the host sees, as if it had been asked one by one. What was seen before is not looked at again. */
  async lookAhead({ directory, paths }: LookAhead): Promise<Seen | undefined> {
    const open = paths.filter((path) => !this.statuses.has(path));
    if (open.length === 0 && this.directories.has(directory)) return undefined;
    const seen = await this.host.lookAhead?.({ directory, paths: open });
    if (seen === undefined) return undefined;
    for (const [path, answer] of seen.statuses) keep(this.statuses, path, answer);
    for (const [path, answer] of seen.directories) keep(this.directories, path, answer);
    for (const [path, answer] of seen.fileSystems) keep(this.fileSystems, path, answer);
    for (const [path, answer] of seen.files) keep(this.files, `${CONTENT_LIMIT} ${path}`, answer);
    return seen;
  }

  readFile(path: string, limit?: number): Promise<Probe<Uint8Array>> {
    return once(this.files, `${limit ?? ''} ${path}`, () => this.host.readFile(path, limit));
  }

  stat(path: string): Promise<Probe<FileStatus>> {
    return once(this.targets, path, async () => {
      return knownTarget(await this.statuses.get(path)) ?? this.host.stat(path);
    });
  }

  lstat(path: string): Promise<Probe<FileStatus>> {
    return once(this.statuses, path, () => this.host.lstat(path));
  }

  readLink(path: string): Promise<Probe<string>> {
    return once(this.links, path, () => this.host.readLink(path));
  }

  readDirectory(path: string): Promise<Probe<readonly DirectoryEntry[]>> {
    return once(this.directories, path, () => this.host.readDirectory(path));
  }

  statFileSystem(path: string): Promise<Probe<FileSystemStatus>> {
    return once(this.fileSystems, path, () => this.host.statFileSystem(path));
  }

  run(program: string, args: readonly string[], settings?: RunSettings): Promise<Probe<Execution>> {
    const ask = (): Promise<Probe<Execution>> => this.host.run(program, args, settings);
    if (settings?.changes === true) return ask();
    return once(this.executions, JSON.stringify([program, args, settings]), ask);
  }

  environment(name: string): Probe<string> {
    return this.host.environment(name);
  }

  userId(): number {
    return this.host.userId();
  }
}

function keep<T>(answers: Answers<T>, question: string, answer: Probe<T>): void {
  if (!answers.has(question)) answers.set(question, Promise.resolve(answer));
}

function once<T>(answers: Answers<T>, question: string, ask: () => Promise<Probe<T>>): Promise<Probe<T>> {
  const before = answers.get(question);
  if (before !== undefined) return before;
  const answer = ask();
  answers.set(question, answer);
  return answer;
}
