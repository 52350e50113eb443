import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { HangingStorage } from '../../src/host/linux/hanging-storage.js';
import type { Execution, FileStatus, Host, LookAhead, RunSettings } from '../../src/host/host.js';
import { LinuxHost as RealHost, type LinuxHostOptions } from '../../src/host/linux/linux-host.js';
import { parentOf } from '../../src/host/paths.js';
import { known, type Known, type Probe } from '../../src/host/probe.js';

/** A question as a recording keeps it, and its answer. */
type Answers = ReadonlyMap<string, Probe<unknown>>;

/**
 * Takes the place of LinuxHost in the bundles that are measured. Each question is put to the machine all the
 * same, so that it costs what it costs, children for what lies on a pool included; then the answer of a
 * recorded node is given, where it has one. Each program that was run on that node, wherever it lay, is a real one
 * here, too: cat(1), with the recorded output in a file.
 */
export class LinuxHost extends RealHost {
  constructor(
    private readonly given: LinuxHostOptions,
    private readonly answers: Answers = readAnswers(given.environment['RECORDED_NODE'] ?? ''),
    storage: RealHost['storage'] = poolsOf(answers, given.program),
  ) {
    super(given, storage);
  }

  override until(deadline: LinuxHostOptions['deadline']): LinuxHost {
    return new LinuxHost({ ...this.given, deadline }, this.answers, this.storage);
  }

  override async readFile(path: string, limit?: number): Promise<Probe<Uint8Array>> {
    const answer = this.answers.get(JSON.stringify(['readFile', path])) as Probe<Stored> | undefined;
    if (answer?.state !== 'known') return answer ?? super.readFile(path, limit);
    return super.readFile(answer.value.file, limit);
  }

  override async stat(path: string): ReturnType<Host['stat']> {
    return this.instead('stat', path, await super.stat(path));
  }

  override async lstat(path: string): ReturnType<Host['lstat']> {
    return this.instead('lstat', path, await super.lstat(path));
  }

  override async readLink(path: string): ReturnType<Host['readLink']> {
    return this.instead('readLink', path, await super.readLink(path));
  }

  override async readDirectory(path: string): ReturnType<Host['readDirectory']> {
    return this.instead('readDirectory', path, await super.readDirectory(path));
  }

  override async statFileSystem(path: string): ReturnType<Host['statFileSystem']> {
    return this.instead('statFileSystem', path, await super.statFileSystem(path));
  }

  override async lookAhead(request: LookAhead) {
    const seen = await super.lookAhead(request);
    if (seen === undefined) return undefined;
    const instead = <T>(method: string, found: ReadonlyMap<string, Probe<T>>) =>
      new Map([...found].map(([path, real]) => [path, this.instead(method, path, real)]));
    return {
      ...seen,
      statuses: instead('lstat', seen.statuses),
      fileSystems: instead('statFileSystem', seen.fileSystems),
    };
  }

  override async run(program: string, args: readonly string[], settings?: RunSettings) {
    const answer = this.answers.get(JSON.stringify(['run', basename(program), args])) as
      Probe<Stored & Omit<Execution, 'stdout'>> | undefined;
    if (answer?.state !== 'known') return answer ?? super.run(program, args, settings);
    const { exitCode, stderr, file } = answer.value;
    const real = await super.run('/bin/cat', [file]);
    return real.state === 'known' ? known({ ...real.value, exitCode, stderr }) : real;
  }

  private instead<T>(method: string, path: string, real: Probe<T>): Probe<T> {
    // Each method keeps answers of one type only.
    const answer = this.answers.get(JSON.stringify([method, path])) as Probe<T> | undefined;
    if (answer !== undefined || real.state !== 'known' || !this.answers.has(`made ${path}`))
      return answer ?? real;
    // What a correction has made lies on the file system of its directory.
    const above = this.answers.get(JSON.stringify([method === 'lstat' ? 'stat' : method, parentOf(path)]));
    if (above?.state !== 'known') return real;
    return known(
      method === 'statFileSystem' ? above.value : { ...real.value, ...deviceOf(above.value) },
    ) as Probe<T>;
  }
}

const deviceOf = (status: unknown) => ({ device: (status as FileStatus).device });

/** What was read or printed lies in a file. */
interface Stored {
  readonly file: string;
}

/** What may hang on the recorded node. */
function poolsOf(answers: Answers, program: string): RealHost['storage'] {
  const table = answers.get(JSON.stringify(['readFile', '/proc/self/mountinfo'])) as Known<Stored>;
  let storage: Probe<HangingStorage> | undefined;
  return () =>
    (storage ??= HangingStorage.of({
      mountInfo: readFileSync(table.value.file),
      program,
      poolState: () => 'ONLINE',
    }));
}

function readAnswers(path: string): Answers {
  const entries = JSON.parse(readFileSync(path, 'utf8')) as [string, Probe<unknown>][];
  return new Map(entries);
}
