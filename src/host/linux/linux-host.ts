import { Batch } from './batch.js';
import { readBatchWithChild } from './child-batch.js';
import { lookAheadWithChild } from './child-look-ahead.js';
import { readWithChild } from './child-reader.js';
import { UNDO_TIME, type Deadline } from '../deadline.js';
import { readDirectly } from './direct-reader.js';
import { errnoOf, probeOfErrno } from './errno.js';
import { HangingStorage } from './hanging-storage.js';
import { everything, ofUnknownStorage, type Access, type Reachability } from './reachability.js';
import {
  CONFIGURATION_LIMIT,
  CONTENT_LIMIT,
  type DirectoryEntry,
  type Execution,
  type FileStatus,
  type FileSystemStatus,
  type Host,
  type LookAhead,
  type RunSettings,
  type Seen,
} from '../host.js';
import { MOUNT_TABLE } from '../mount-table.js';
import { parseMountInfo, type Mount } from '../mountinfo.js';
import { TOOL_PATH } from '../look-path.js';
import { absent, chainProbe, known, unknown, valueOf, type Probe } from '../probe.js';
import { once } from './once.js';
import { Silence } from './silence.js';
import { decodeExecution, runRaw, SHELL } from './run.js';
import { runBlocking } from './run-blocking.js';
import { messageOf } from '../../text/message-of.js';

export interface LinuxHostOptions {
  readonly deadline: Deadline;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly userId: number;
  /** A file of this program: the storage it lies on is taken to work. */
  readonly program: string;
  /** Nothing else is done while a child runs: it is waited for in the cheapest way. */
  readonly waits?: boolean;
}

/** The machine itself. */
export class LinuxHost implements Host {
  constructor(
    private readonly options: LinuxHostOptions,
    protected readonly storage = once(() => HangingStorage.ofThisProcess(options.program)),
    private readonly silence = new Silence(options.deadline),
  ) {}

  /** The same machine, asked for no longer than so. */
  until(deadline: Deadline): LinuxHost {
    return new LinuxHost({ ...this.options, deadline }, this.storage);
  }

  async readFile(path: string, limit = CONFIGURATION_LIMIT): Promise<Probe<Uint8Array>> {
    return this.ask(`read ${path}`, this.reach(path).content, {
      direct: () => readDirectly.file(path, limit),
      child: () => this.batchOfFiles(limit).ask(path),
    });
  }

  async stat(path: string): Promise<Probe<FileStatus>> {
    return this.ask(`stat ${path}`, this.reach(path).status, {
      direct: () => readDirectly.status(path, true),
      child: () => this.batches.targets.ask(path),
    });
  }

  async lstat(path: string): Promise<Probe<FileStatus>> {
    return this.ask(`lstat ${path}`, this.reach(path).status, {
      direct: () => readDirectly.status(path, false),
      child: () => this.batches.statuses.ask(path),
    });
  }

  async readLink(path: string): Promise<Probe<string>> {
    return this.ask(`read the link ${path}`, this.reach(path).content, {
      direct: () => readDirectly.link(path),
      child: () => readWithChild.link(this.childRun, path),
    });
  }

  async readDirectory(path: string): Promise<Probe<readonly DirectoryEntry[]>> {
    return this.ask(`list ${path}`, this.reach(path).content, {
      direct: () => readDirectly.directory(path),
      child: () => readWithChild.directory(this.childRun, path),
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
    const ways = [program, settings.workingDirectory ?? '/'].map((touched) => this.reach(touched).content);
    const never = ways.find(({ kind }) => kind === 'never');
    if (never?.kind === 'never') return unknown('not-asked', `run ${program}`, never.why);
    const throughShell = ways.some(({ kind }) => kind === 'child') && this.shellAnswers();
    const start = settings.changes === true ? await loadChange() : this.startChild();
    const options = { ...settings, environment, throughShell };
    return this.silence.during(async () =>
      decodeExecution(`run ${program}`, await start(program, args, this.options.deadline, options)),
    );
  }

  async mountTable(): Promise<Probe<readonly Mount[]>> {
    const table = await this.readFile(MOUNT_TABLE, CONTENT_LIMIT);
    return chainProbe(table, (bytes) => valueOf(this.storage())?.parse(bytes) ?? parseMountInfo(bytes));
  }

  /** Only for what a child would be started for; the rest costs nothing when it is asked. */
  async lookAhead({ directory, paths }: LookAhead): Promise<Seen | undefined> {
    const isChilds = (path: string): boolean => this.reach(path).content.kind === 'child';
    if (!isChilds(directory)) return undefined;
    return lookAheadWithChild(this.childRun, { directory, paths: paths.filter(isChilds) }, CONTENT_LIMIT);
  }

  environment(name: string): Probe<string> {
    const value = this.options.environment[name];
    return value === undefined ? absent() : known(value);
  }

  readonly beginUndo = (): void => this.options.deadline.reserve(UNDO_TIME);
  readonly userId = (): number => this.options.userId;

  private readonly childRun = async (name: string, args: readonly string[], limit?: number) => {
    const program = this.findProgram(name);
    if (program === undefined) return unknown('failed', `run ${name}`, 'it is not on the PATH');
    return this.startChild()(program, args, this.options.deadline, {
      environment: { LC_ALL: 'C' },
      ...(limit === undefined ? {} : { limit }),
    });
  };

  /** A shell is not started from storage that may hang. */
  private readonly shellAnswers = (): boolean => this.reach(SHELL).content.kind === 'direct';
  private readonly startChild = () =>
    this.options.waits === true && this.shellAnswers() ? runBlocking : runRaw;

  private readonly batches = {
    targets: new Batch((paths) => readBatchWithChild.statuses(this.childRun, paths, true)),
    statuses: new Batch((paths) => readBatchWithChild.statuses(this.childRun, paths, false)),
    /** By the limit of each file, in bytes. */
    files: new Map<number, Batch<Probe<Uint8Array>>>(),
  };

  private batchOfFiles(limit: number): Batch<Probe<Uint8Array>> {
    const before = this.batches.files.get(limit);
    const batch = before ?? new Batch((paths) => readBatchWithChild.files(this.childRun, paths, limit));
    this.batches.files.set(limit, batch);
    return batch;
  }

  private findProgram(name: string): string | undefined {
    for (const directory of `${this.options.environment['PATH'] ?? ''}:${TOOL_PATH}`.split(':')) {
      const program = `${directory}/${name}`;
      // A directory on the PATH may lie on storage that hangs, as /usr/local/sbin on NFS.
      const isPrompt = directory.startsWith('/') && this.reach(program).status.kind === 'direct';
      if (isPrompt && readDirectly.exists(program)) return program;
    }
    return undefined;
  }

  private reach(path: string): Reachability {
    if (path.startsWith('/proc/') || path.startsWith('/sys/')) return everything;
    const storage = this.storage();
    return storage.state === 'known' ? storage.value.reach(path) : ofUnknownStorage(storage);
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
        return this.silence.during(ways.child, { question, storage: way.storage });
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

/** Few runs change anything, and execa takes long to load. */
const loadChange = async () => (await import('./change.js')).runChange;
