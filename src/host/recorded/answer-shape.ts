import { isRecord } from '../../text/json-record.js';

type Shape = (value: unknown) => boolean;

const isText: Shape = (value) => typeof value === 'string';
const isNumber: Shape = (value) => typeof value === 'number';
const isKind: Shape = (value) =>
  value === 'file' || value === 'directory' || value === 'symlink' || value === 'other';

const has =
  (fields: Readonly<Record<string, Shape>>): Shape =>
  (value) => {
    if (!isRecord(value)) return false;
    return Object.entries(fields).every(([name, shape]) => shape(value[name]));
  };

const isBytes: Shape = (value) => has({ text: isText })(value) || has({ base64: isText })(value);
const isEntry = has({ name: isText, kind: isKind });
const isStatus = has({
  kind: isKind,
  device: isText,
  inode: isNumber,
  mode: isNumber,
  userId: isNumber,
  groupId: isNumber,
  size: isNumber,
  modified: isNumber,
});

/** What each question of a Host answers. */
const ANSWERS = new Map<string, Shape>([
  ['readFile', isBytes],
  ['stat', isStatus],
  ['lstat', isStatus],
  ['readLink', isText],
  ['readDirectory', (value) => Array.isArray(value) && value.every(isEntry)],
  [
    'statFileSystem',
    has({ type: isNumber, blockSize: isNumber, blocks: isNumber, availableBlocks: isNumber }),
  ],
  ['run', has({ exitCode: isNumber, stdout: isText, stderr: isText })],
  ['environment', isText],
]);

/** Whether a recorded value has the type that the question promises. A later version may ask other questions. */
export function hasShapeOf(question: string, value: unknown): boolean {
  return ANSWERS.get(question)?.(value) ?? true;
}

export const isFailure = has({ kind: isText, question: isText, detail: isText });
