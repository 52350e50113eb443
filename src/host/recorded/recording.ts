import { isRecord } from '../../text/json-record.js';
import type { RunSettings } from '../host.js';
import type { Probe } from '../probe.js';
import { hasShapeOf, isFailure } from './answer-shape.js';
import { messageOf } from '../../text/message-of.js';
import { decodeStrict } from '../../text/utf8.js';

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
export type RecordedBytes = { readonly text: string } | { readonly base64: string };

/** The settings tell two runs apart, but an environment may hold secrets: only its digest is kept. */
export async function settingsKey(settings: RunSettings | undefined): Promise<string[]> {
  if (settings === undefined) return [];
  // Loaded only now: it would be a tenth of what a start costs, which records nothing.
  const { createHash } = await import('node:crypto');
  return [createHash('sha256').update(JSON.stringify(settings)).digest('hex').slice(0, 16)];
}

export function encodeBytes(bytes: Uint8Array): RecordedBytes {
  const text = decodeStrict(bytes);
  return text === undefined ? { base64: Buffer.from(bytes).toString('base64') } : { text };
}

export function decodeBytes(recorded: RecordedBytes): Uint8Array {
  return 'text' in recorded ? Buffer.from(recorded.text, 'utf8') : Buffer.from(recorded.base64, 'base64');
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
    return { error: `not JSON: ${messageOf(error)}` };
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
  if (wrong !== -1) return { error: `answers[${wrong}] does not hold a question and an answer to it` };
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
      return hasShapeOf(value['ask'][0], answer['value']);
    case 'absent':
      return typeof answer['errno'] === 'string';
    case 'unknown':
      return isFailure(answer['why']);
    default:
      return false;
  }
}
