import { isoTime } from '../../text/iso-time.js';
import type { DirectoryEntry, Execution, FileStatus, FileSystemStatus, Host, RunSettings } from '../host.js';
import { known, type Probe } from '../probe.js';
import { encodeBytes, settingsKey, type RecordedAnswer, type Recording } from './recording.js';

/** Passes every question on to a host and keeps the answer. */
export class RecordingHost implements Host {
  private readonly answers = new Map<string, RecordedAnswer>();

  constructor(private readonly host: Host) {}

  async readFile(path: string, limit?: number): Promise<Probe<Uint8Array>> {
    const answer = await this.host.readFile(path, limit);
    const recorded = answer.state === 'known' ? known(encodeBytes(answer.value)) : answer;
    this.keep(['readFile', path], recorded);
    return answer;
  }

  async stat(path: string): Promise<Probe<FileStatus>> {
    return this.keep(['stat', path], await this.host.stat(path));
  }

  async lstat(path: string): Promise<Probe<FileStatus>> {
    return this.keep(['lstat', path], await this.host.lstat(path));
  }

  async readLink(path: string): Promise<Probe<string>> {
    return this.keep(['readLink', path], await this.host.readLink(path));
  }

  async readDirectory(path: string): Promise<Probe<readonly DirectoryEntry[]>> {
    return this.keep(['readDirectory', path], await this.host.readDirectory(path));
  }

  async statFileSystem(path: string): Promise<Probe<FileSystemStatus>> {
    return this.keep(['statFileSystem', path], await this.host.statFileSystem(path));
  }

  async run(program: string, args: readonly string[], settings?: RunSettings): Promise<Probe<Execution>> {
    const answer = await this.host.run(program, args, settings);
    return this.keep(['run', program, args, ...(await settingsKey(settings))], answer);
  }

  environment(name: string): Probe<string> {
    return this.keep(['environment', name], this.host.environment(name));
  }

  userId(): number {
    return this.host.userId();
  }

  recording(now: Date, crioFlags: readonly string[] | undefined): Recording {
    return {
      format: 'crio-guard-host',
      version: 1,
      recorded: isoTime(now),
      userId: this.host.userId(),
      ...(crioFlags === undefined ? {} : { crioFlags }),
      answers: [...this.answers.values()],
    };
  }

  private keep<T>(ask: RecordedAnswer['ask'], answer: Probe<T>): Probe<T> {
    this.answers.set(JSON.stringify(ask), { ask, answer });
    return answer;
  }
}
