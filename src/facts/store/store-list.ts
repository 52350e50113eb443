import { known, unknown, type Probe } from '../../host/probe.js';
import { isRecord } from '../../text/json-record.js';
import { isContainer, isImage, isLayer, type Shape } from './record-shapes.js';
import { decodeLossy } from '../../text/utf8.js';

/** images.json, containers.json or layers.json. */
export interface StoreFile {
  readonly path: string;
  readonly content: Probe<StoreContent>;
}

export type StoreContent =
  | {
      readonly kind: 'list';
      readonly ids: readonly string[];
      /** Layers that a crash or a failed pull left half made (layers.go layerFlagIncomplete). */
      readonly incomplete?: readonly string[];
    }
  | {
      /** containers/storage refuses it. */
      readonly kind: 'broken';
      /** The beginning of the file. */
      readonly start: string;
      readonly length: number;
    };

/** images.json as images.go load takes it. */
export const parseImages = (bytes: Uint8Array, path: string): Probe<StoreContent> =>
  parse(bytes, path, isImage);

/** containers.json and volatile-containers.json as containers.go load takes them. */
export const parseContainers = (bytes: Uint8Array, path: string): Probe<StoreContent> =>
  parse(bytes, path, isContainer);

export const parseLayers = (bytes: Uint8Array, path: string): Probe<StoreContent> =>
  parse(bytes, path, isLayer);

function parse(bytes: Uint8Array, path: string, isRecord: Shape): Probe<StoreContent> {
  // An empty file is an empty list.
  if (bytes.length === 0) return known({ kind: 'list', ids: [] });
  if (isTooComplex(bytes)) return unknown('too-large', `read ${path}`, 'it holds more than a store has');
  const text = decodeLossy(bytes);
  const value = parseJson(text);
  if (value.kind === 'lenient') {
    return unknown('unreadable', `read ${path}`, 'it is not JSON, but CRI-O may accept it');
  }
  const records = value.kind === 'json' ? (value.value ?? []) : undefined;
  if (!Array.isArray(records) || !records.every(isRecord)) {
    return known({ kind: 'broken', start: text.slice(0, 64), length: bytes.length });
  }
  const ids = records.map(idOf);
  if (ids.some((id) => id.length > LONGEST_ID)) {
    return unknown('too-large', `read ${path}`, `it holds an ID longer than ${LONGEST_ID} characters`);
  }
  const incomplete = records.filter(isIncomplete).map(idOf);
  return known({ kind: 'list', ids, ...(incomplete.length === 0 ? {} : { incomplete }) });
}

type Json = { readonly kind: 'json'; readonly value: unknown } | { readonly kind: 'broken' | 'lenient' };

/** JSON.parse, and where json-iterator 1.1.12 accepts more. */
function parseJson(text: string): Json {
  const whole = tryParse(text);
  if (whole !== undefined) return whole;
  // A NUL byte between two tokens counts as the end of the file.
  const end = text.indexOf('\0');
  const beforeNul = end === -1 ? undefined : tryParse(text.slice(0, end));
  if (beforeNul !== undefined) return beforeNul;
  // Control characters behind an escape, and zeros before a negative number that no field takes.
  const lenient = text.replace(/[\0-\x1f]/g, ' ').replace(/-0+(?=\d)/g, '-');
  return { kind: tryParse(lenient) === undefined ? 'broken' : 'lenient' };
}

function tryParse(text: string): { readonly kind: 'json'; readonly value: unknown } | undefined {
  try {
    return { kind: 'json', value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** Smaller files cost little, whatever they hold. */
const LARGE = 1024 * 1024;
const MOST_OBJECTS = 2_000_000;
/** json-iterator's maxDepth */
const MOST_LEVELS = 10_000;
/** Those of CRI-O have 64 characters; a file name has at most 255 bytes. */
const LONGEST_ID = 4096;

/** Whether JSON.parse would take gigabytes: brackets are counted, in strings too. */
function isTooComplex(bytes: Uint8Array): boolean {
  if (bytes.length < LARGE) return false;
  let objects = 0;
  let level = 0;
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index];
    if (byte === 0x5b || byte === 0x7b) {
      objects++;
      level++;
      if (objects > MOST_OBJECTS || level > MOST_LEVELS) return true;
    } else if (byte === 0x5d || byte === 0x7d) level--;
  }
  return false;
}

/** The last of the fields that json-iterator takes for the ID. */
function idOf(record: unknown): string {
  let id = '';
  if (!isRecord(record)) return id;
  for (const [name, value] of Object.entries(record)) {
    if (name.toLowerCase() === 'id' && typeof value === 'string') id = value;
  }
  return id;
}

function isIncomplete(record: unknown): boolean {
  if (!isRecord(record)) return false;
  const { flags } = record;
  return isRecord(flags) && flags['incomplete'] === true;
}
