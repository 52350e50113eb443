import { readWithChild } from './child-reader.js';
import type { Deadline } from '../deadline.js';
import { readDirectly } from './direct-reader.js';
import { errnoOf, probeOfErrno } from './errno.js';
import { HangingStorage, UNKNOWN_STORAGE, type Reachability, type Access } from './hanging-storage.js';
import {
  CONFIGURATION_LIMIT,
  type DirectoryEntry,
  type Execution,
  type FileStatus,
  type FileSystemStatus,
  type Host,
  type RunSettings,
} from '../host.js';
import { TOOL_PATH } from '../look-path.js';
import { absent, known, unknown, type Absent, type Probe } from '../probe.js';
import { decodeExecution, runRaw } from './run.js';
import { SharedRead } from './shared-read.js';
import { messageOf } from '../../text/message-of.js';

export interface LinuxHostOptions {
  readonly deadline: Deadline;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly userId: number;
  /** A file of this program: the storage it lies on is taken to work. */
  readonly program: string;
}

/** The machine itself. */
export class LinuxHost implements Host {
  constructor(
    private readonly options: LinuxHostOptions,
    protected readonly storage = once(() => HangingStorage.ofThisProcess(options.program)),
  ) {}

  /** The same machine, asked for no longer than so. */
  until(deadline: Deadline): LinuxHost {
    return new LinuxHost({ ...this.options, deadline }, this.storage);
  }

  async readFile(path: string, limit = CONFIGURATION_LIMIT): Promise<Probe<Uint8Array>> {
    const { status, content } = this.reach(path);
    const readWith = (paths: readonly string[]) => readWithChild.files(this.childRun, paths, limit);
    return this.ask(`read ${path}`, content, {
      direct: () => readDirectly.file(path, limit),
      child: () => (status.kind === 'direct' ? this.readShared(path, limit) : readWith([path])),
    });
  }

  async stat(path: string): Promise<Probe<FileStatus>> {
    return this.ask(`stat ${path}`, this.reach(path).status, {
      direct: () => readDirectly.status(path, true),
      child: () => readWithChild.status(this.childRun, path, true),
    });
  }

  async lstat(path: string): Promise<Probe<FileStatus>> {
    return this.ask(`lstat ${path}`, this.reach(path).status, {
      direct: () => readDirectly.status(path, false),
      child: () => readWithChild.status(this.childRun, path, false),
    });
  }

  async readLink(path: string): Promise<Probe<string>> {
    return this.ask(`read the link ${path}`, this.reach(path).content, {
      direct: () => readDirectly.link(path),
      child: () => readWithChild.link(this.childRun, path),
    });
  }

  async readDirectory(path: string): Promise<Probe<readonly DirectoryEntry[]>> {
    const { status, content } = this.reach(path);
    const readWith = () => readWithChild.directory(this.childRun, path);
    return this.ask(`list ${path}`, content, {
      direct: () => readDirectly.directory(path),
      child: async () => (status.kind === 'direct' ? await this.absence(path) : undefined) ?? readWith(),
    });
  }

  async statFileSystem(path: string): Promise<Probe<FileSystemStatus>> {
    return this.ask(`statfs ${path}`, this.reach(path).status, {
      direct: () => readDirectly.fileSystem(path),
      child: () => readWithChild.fileSystem(this.childRun, path),
    });
  }

  async run(program: string, args: readonly string[], settings: RunSettings = {}): Promise<Probe<Execution>> {
    const path = this.options.environment['PATH'] ?? TOOL_PATH;
    const environment = settings.environment ?? { PATH: path, LC_ALL: 'C' };
    const start = settings.changes === true ? await loadChange() : runRaw;
    const raw = await start(program, args, this.options.deadline, { ...settings, environment });
    return decodeExecution(`run ${program}`, raw);
  }

  environment(name: string): Probe<string> {
    const value = this.options.environment[name];
    return value === undefined ? absent() : known(value);
  }

  userId(): number {
    return this.options.userId;
  }

  private readonly childRun = async (name: string, args: readonly string[], limit?: number) => {
    const program = this.findProgram(name);
    if (program === undefined) return unknown('failed', `run ${name}`, 'it is not on the PATH');
    return runRaw(program, args, this.options.deadline, {
      environment: { LC_ALL: 'C' },
      ...(limit === undefined ? {} : { limit }),
    });
  };

  private readonly sharedRead = new SharedRead(
    (paths, limit) => readWithChild.files(this.childRun, paths, limit),
    (path) => this.stat(path),
  );

  private async readShared(path: string, limit: number): Promise<Probe<Uint8Array>> {
    return (await this.absence(path)) ?? this.sharedRead.read(path, limit);
  }

  /** What is not there needs no child to say so, where a look at its status cannot hang. */
  private async absence(path: string): Promise<Absent | undefined> {
    const status = await this.stat(path);
    return status.state === 'absent' ? status : undefined;
  }

  private findProgram(name: string): string | undefined {
    const path = `${this.options.environment['PATH'] ?? ''}:${TOOL_PATH}`;
    for (const directory of path.split(':')) {
      const program = `${directory}/${name}`;
      if (directory.startsWith('/') && readDirectly.exists(program)) return program;
    }
    return undefined;
  }

  private reach(path: string): Reachability {
    if (path.startsWith('/proc/') || path.startsWith('/sys/')) return DIRECT;
    return this.storage()?.reach(path) ?? UNKNOWN_STORAGE;
  }

  private async ask<T>(
    question: string,
    way: Access,
    ways: { readonly direct: () => Probe<T>; readonly child: () => Promise<Probe<T>> },
  ): Promise<Probe<T>> {
    switch (way.kind) {
      case 'never':
        return unknown('not-asked', question, way.why);
      case 'child':
        return ways.child();
      case 'direct':
        try {
          return ways.direct();
        } catch (error) {
          const detail = messageOf(error);
          return probeOfErrno(errnoOf(error), question, detail);
        }
    }
  }
}

const DIRECT: Reachability = { status: { kind: 'direct' }, content: { kind: 'direct' } };

/** Few runs change anything, and execa takes long to load. */
const loadChange = async () => (await import('./change.js')).runChange;

/** Makes it at the first need, and keeps it. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
