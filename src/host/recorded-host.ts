import { createHash } from 'node:crypto';
import type { DirectoryEntry, Execution, FileStatus, FileSystemStatus, Host, RunSettings } from './host.js';
import { known, unknown, type Probe } from './probe.js';

/** What a host was asked, with its answer. The question is the method and its arguments. */
export interface RecordedAnswer {
  readonly ask: readonly [string, ...(string | readonly string[])[]];
  readonly answer: Probe<unknown>;
}

/** The answers of a real host, as `--record` writes them; `--from` replays any command on them. */
export interface Recording {
  readonly format: 'crio-guard-host';
  readonly version: 1;
  /** ISO 8601. */
  readonly recorded: string;
  readonly userId: number;
  /** Flags of CRI-O that were given instead of those of crio.service; the same are assumed at replay. */
  readonly crioFlags?: readonly string[];
  readonly answers: readonly RecordedAnswer[];
}

/** Bytes of a file: text where it is UTF-8, for a reader's eyes, base64 otherwise. */
type RecordedBytes = { readonly text: string } | { readonly base64: string };

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The settings tell two runs apart, but an environment may hold secrets: only its digest is kept. */
function settingsKey(settings: RunSettings | undefined): string[] {
  if (settings === undefined) return [];
  return [createHash('sha256').update(JSON.stringify(settings)).digest('hex').slice(0, 16)];
}

function encodeBytes(bytes: Uint8Array): RecordedBytes {
  try {
    return { text: strict.decode(bytes) };
  } catch {
    return { base64: Buffer.from(bytes).toString('base64') };
  }
}

function decodeBytes(recorded: RecordedBytes): Uint8Array {
  return 'text' in recorded ? Buffer.from(recorded.text, 'utf8') : Buffer.from(recorded.base64, 'base64');
}

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
    return this.keep(['run', program, args, ...settingsKey(settings)], answer);
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
      recorded: now.toISOString(),
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

  stat(path: string): Promise<Probe<FileStatus>> {
    return this.replay('stat', path);
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

  run(program: string, args: readonly string[], settings?: RunSettings): Promise<Probe<Execution>> {
    return this.replay('run', program, args, ...settingsKey(settings));
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

/** JSON with an answer a line: it is read by people, and compared. */
export function recordingText({ answers, ...head }: Recording): string {
  // A proxy in the environment of the service may carry a password.
  const withoutPassword = (text: string): string =>
    text.replace(/(:\/\/)[^/\s:@"]+:[^/\s@"]+@/g, '$1redacted@');
  const lines = answers.map((answer) => withoutPassword(JSON.stringify(answer)));
  return `${JSON.stringify(head).slice(0, -1)},"answers":[\n${lines.join(',\n')}\n]}\n`;
}

/** @returns the recording, or why the text is none */
export function parseRecording(text: string): Recording | { readonly error: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { error: `not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
  const record = isRecord(value) ? value : {};
  if (record['format'] !== 'crio-guard-host')
    return { error: 'not a recorded host: "format" is not "crio-guard-host"' };
  if (record['version'] !== 1)
    return { error: `version ${String(record['version'])} is not supported, only 1` };
  const { answers, userId, recorded, crioFlags } = record;
  if (!Array.isArray(answers) || typeof userId !== 'number' || typeof recorded !== 'string') {
    return { error: '"answers", "userId" or "recorded" is missing or of the wrong type' };
  }
  const wrong = answers.findIndex((answer) => !isAnswer(answer));
  if (wrong !== -1) return { error: `answers[${wrong}] is not {ask, answer}` };
  const flags = Array.isArray(crioFlags) ? crioFlags.filter((flag) => typeof flag === 'string') : undefined;
  return {
    format: 'crio-guard-host',
    version: 1,
    recorded,
    userId,
    ...(flags === undefined ? {} : { crioFlags: flags }),
    answers: answers.filter(isAnswer),
  };
}

function isAnswer(value: unknown): value is RecordedAnswer {
  if (!isRecord(value) || !Array.isArray(value['ask']) || typeof value['ask'][0] !== 'string') return false;
  const answer = value['answer'];
  if (!isRecord(answer)) return false;
  switch (answer['state']) {
    case 'known':
      return 'value' in answer;
    case 'absent':
      return typeof answer['errno'] === 'string';
    case 'unknown':
      return isRecord(answer['why']);
    default:
      return false;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
