import type { DirectoryEntry, Execution, FileStatus, FileSystemStatus, Host, RunSettings } from '../host.js';
import { knownTarget } from '../known-target.js';
import { known, unknown, type Probe } from '../probe.js';
import {
  decodeBytes,
  parseRecording,
  settingsKey,
  type RecordedAnswer,
  type RecordedBytes,
  type Recording,
} from './recording.js';

/** @param text of a recording @returns the host, or why the text is none */
export function openRecordedHost(text: string): RecordedHost | { readonly error: string } {
  const recording = parseRecording(text);
  return 'error' in recording ? recording : new RecordedHost(recording);
}

/** Replays a recording. What was not asked then is not known now. */
export class RecordedHost implements Host {
  private readonly answers: ReadonlyMap<string, Probe<unknown>>;

  /** Flags of CRI-O to assume when none are given. */
  readonly crioFlags: readonly string[] | undefined;

  constructor(private readonly recording: Recording) {
    this.crioFlags = recording.crioFlags;
    this.answers = new Map(recording.answers.map(({ ask, answer }) => [JSON.stringify(ask), answer]));
  }

  async readFile(path: string): Promise<Probe<Uint8Array>> {
    const answer = await this.replay<RecordedBytes>('readFile', path);
    return answer.state === 'known' ? known(decodeBytes(answer.value)) : answer;
  }

  /** A remembering host does not ask for a target that it knows. */
  async stat(path: string): Promise<Probe<FileStatus>> {
    const target = await this.replay<FileStatus>('stat', path);
    if (target.state !== 'unknown' || target.why.kind !== 'not-recorded') return target;
    return knownTarget(await this.lstat(path)) ?? target;
  }

  lstat(path: string): Promise<Probe<FileStatus>> {
    return this.replay('lstat', path);
  }

  readLink(path: string): Promise<Probe<string>> {
    return this.replay('readLink', path);
  }

  readDirectory(path: string): Promise<Probe<readonly DirectoryEntry[]>> {
    return this.replay('readDirectory', path);
  }

  statFileSystem(path: string): Promise<Probe<FileSystemStatus>> {
    return this.replay('statFileSystem', path);
  }

  async run(program: string, args: readonly string[], settings?: RunSettings): Promise<Probe<Execution>> {
    return this.replay('run', program, args, ...(await settingsKey(settings)));
  }

  environment(name: string): Probe<string> {
    return this.look<string>(['environment', name]);
  }

  userId(): number {
    return this.recording.userId;
  }

  private replay<T>(method: string, ...args: (string | readonly string[])[]): Promise<Probe<T>> {
    return Promise.resolve(this.look<T>([method, ...args]));
  }

  private look<T>(ask: RecordedAnswer['ask']): Probe<T> {
    const answer = this.answers.get(JSON.stringify(ask));
    // The recording was checked when it was read, and each method keeps answers of one type only.
    if (answer !== undefined) return answer as Probe<T>;
    return unknown('not-recorded', ask.join(' '), 'the recording does not hold the answer');
  }
}
