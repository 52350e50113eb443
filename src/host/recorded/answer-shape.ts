import { isRecord } from '../../text/json-record.js';
import { aNumber, aString, byWord, listOf, objectWith, oneOf, type Shape } from '../../text/json-shape.js';

const kind = oneOf('file', 'directory', 'symlink', 'other');

const bytes: Shape = (value, key) => {
  const isBase64 = isRecord(value) && 'base64' in value && !('text' in value);
  return objectWith(isBase64 ? { base64: aString } : { text: aString })(value, key);
};

const status = objectWith({
  kind,
  device: aString,
  inode: aNumber,
  mode: aNumber,
  userId: aNumber,
  groupId: aNumber,
  size: aNumber,
  modified: aNumber,
});

/** What each question of a Host answers. */
const ANSWERS = new Map<string, Shape>([
  ['readFile', bytes],
  ['stat', status],
  ['lstat', status],
  ['readLink', aString],
  ['readDirectory', listOf(objectWith({ name: aString, kind }))],
  [
    'statFileSystem',
    objectWith({ type: aNumber, blockSize: aNumber, blocks: aNumber, availableBlocks: aNumber }),
  ],
  ['run', objectWith({ exitCode: aNumber, stdout: aString, stderr: aString })],
  ['environment', aString],
]);

const question: Shape = (value, key) => (Array.isArray(value) ? listOf(aString) : aString)(value, key);

/** A recorded question with its answer. A later version may ask other questions. */
export const recordedAnswer: Shape = (value, key) => {
  const mismatch = objectWith({ ask: listOf(question), answer: objectWith({}) })(value, key);
  if (mismatch !== undefined || !isRecord(value) || !Array.isArray(value['ask'])) return mismatch;
  const method: unknown = value['ask'][0];
  return objectWith({ ask: (ask, at) => aString(method, `${at}[0]`), answer: answerTo(method) })(value, key);
};

const answerTo = (method: unknown): Shape =>
  byWord(
    'state',
    new Map([
      ['known', objectWith({ value: ANSWERS.get(String(method)) ?? (() => undefined) })],
      ['absent', objectWith({ errno: aString })],
      ['unknown', objectWith({ why: objectWith({ kind: aString, question: aString, detail: aString }) })],
    ]),
  );
