import { aNumber, aString, listOf, mismatchIn, objectWith, oneOf, optional } from '../../text/json-shape.js';
import type { RunSettings } from '../host.js';
import type { Probe } from '../probe.js';
import { recordedAnswer } from './answer-shape.js';
import { messageOf } from '../../text/message-of.js';
import { decodeStrict } from '../../text/utf8.js';

/** What a host was asked, with its answer. The question is the method and its arguments. */
export interface RecordedAnswer {
  readonly ask: readonly [string, ...(string | readonly string[])[]];
  readonly answer: Probe<unknown>;
}

const FORMAT = 'crio-guard-host';
const VERSION = 1;

/** The answers of a real host, as `--record` writes them; `--from` replays any command on them. */
export interface Recording {
  readonly format: typeof FORMAT;
  readonly version: typeof VERSION;
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

const END = ']}';

/** JSON with an answer a line: it is read by people, and compared. */
export function recordingText({ answers, ...head }: Recording): string {
  // A proxy in the environment of the service may carry a password.
  const withoutPassword = (text: string): string =>
    text.replace(/(:\/\/)[^/\s:@"]+:[^/\s@"]+@/g, '$1redacted@');
  const lines = answers.map((answer) => withoutPassword(JSON.stringify(answer)));
  return `${JSON.stringify(head).slice(0, -1)},"answers":[\n${lines.join(',\n')}\n${END}\n`;
}

const recordingShape = objectWith({
  format: oneOf(FORMAT),
  version: oneOf(VERSION),
  recorded: aString,
  userId: aNumber,
  crioFlags: optional(listOf(aString)),
  answers: listOf(recordedAnswer),
});

/** @returns the recording, or why the text is none */
export function parseRecording(text: string): Recording | { readonly error: string } {
  if (text.trim() === '') return { error: 'not a recorded host: the file is empty' };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const line = brokenLine(text);
    return { error: `${line === undefined ? '' : `line ${line}: `}not JSON: ${messageOf(error)}` };
  }
  const why = mismatchIn(value, recordingShape);
  // Its shape was checked.
  return why === undefined ? (value as Recording) : { error: `not a recorded host: ${why}` };
}

/**
 * The first line that is not JSON, in the layout that {@link recordingText} writes; undefined in another one. What
 * JSON.parse says names a place only in some versions of Node.
 */
function brokenLine(text: string): number | undefined {
  const [head = '', ...lines] = text.trimEnd().split('\n');
  if (lines.length === 0) return 1;
  if (!isJson(`${head}${END}`)) return undefined;
  const isCutOff = lines[lines.length - 1] !== END;
  if (!isCutOff) lines.pop();
  const wrong = lines.findIndex((line, index) => {
    // A comma stands between two answers.
    const isLast = !isCutOff && index === lines.length - 1;
    return isLast ? !isJson(line) : !line.endsWith(',') || !isJson(line.slice(0, -1));
  });
  if (wrong !== -1) return wrong + 2;
  return isCutOff ? lines.length + 1 : undefined;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
