import type { DirectoryEntry, Execution, FileStatus, FileSystemStatus, Host, RunSettings } from './host.js';
import { describeFailure, type Probe } from './probe.js';
import { monotonicTime } from './clock.js';

type Log = (line: string) => void;

/** Passes every question on and writes it down with its answer, one line each. For --verbose. */
export class LoggingHost implements Host {
  constructor(
    private readonly host: Host,
    private readonly log: Log,
  ) {}

  async readFile(path: string, limit?: number): Promise<Probe<Uint8Array>> {
    const answer = await this.host.readFile(path, limit);
    return this.logged(`read ${path}`, answer, ({ length }) => `${length} bytes`);
  }

  async stat(path: string): Promise<Probe<FileStatus>> {
    return this.logged(`stat ${path}`, await this.host.stat(path), statusText);
  }

  async lstat(path: string): Promise<Probe<FileStatus>> {
    return this.logged(`lstat ${path}`, await this.host.lstat(path), statusText);
  }

  async readLink(path: string): Promise<Probe<string>> {
    return this.logged(`readlink ${path}`, await this.host.readLink(path), (target) => target);
  }

  async readDirectory(path: string): Promise<Probe<readonly DirectoryEntry[]>> {
    const answer = await this.host.readDirectory(path);
    return this.logged(`list ${path}`, answer, ({ length }) => `${length} entries`);
  }

  async statFileSystem(path: string): Promise<Probe<FileSystemStatus>> {
    const answer = await this.host.statFileSystem(path);
    return this.logged(`statfs ${path}`, answer, ({ type }) => `type 0x${type.toString(16)}`);
  }

  async run(program: string, args: readonly string[], settings?: RunSettings): Promise<Probe<Execution>> {
    const began = monotonicTime();
    const answer = await this.host.run(program, args, settings);
    const took = Math.round(monotonicTime() - began);
    return this.logged(
      `run ${[program, ...args].join(' ')}`,
      answer,
      ({ exitCode, stdout }) => `exit code ${exitCode}, ${stdout.length} characters, ${took} ms`,
    );
  }

  beginUndo(): void {
    this.host.beginUndo?.();
  }

  environment(name: string): Probe<string> {
    // A variable may hold a secret, and which one was asked for says enough.
    return this.logged(`environment ${name}`, this.host.environment(name), () => 'set');
  }

  userId(): number {
    return this.host.userId();
  }

  private logged<T>(question: string, answer: Probe<T>, describe: (value: T) => string): Probe<T> {
    this.log(`${question}: ${answerText(answer, describe)}`);
    return answer;
  }
}

function answerText<T>(answer: Probe<T>, describe: (value: T) => string): string {
  switch (answer.state) {
    case 'known':
      return describe(answer.value);
    case 'absent':
      return `absent (${answer.errno})`;
    case 'unknown':
      return `unknown: ${describeFailure(answer.why)}`;
  }
}

const statusText = ({ kind, device, mode }: FileStatus): string =>
  `${kind}, device ${device}, mode ${mode.toString(8)}`;
