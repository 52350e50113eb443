import { known, unknown, type Probe } from './probe.js';
import { decodeStrict } from '../text/utf8.js';

/** One line of /proc/self/mountinfo (proc(5)), names unescaped. */
export interface Mount {
  readonly id: number;
  readonly parent: number;
  /** `major:minor` */
  readonly device: string;
  /** The directory of the file system that is mounted; not "/" for a bind mount of a part. */
  readonly root: string;
  readonly mountpoint: string;
  /** Options of this mount alone. */
  readonly options: readonly string[];
  readonly fileSystem: string;
  /** The dataset's name for ZFS. */
  readonly source: string;
  /** Options of the file system. */
  readonly superOptions: readonly string[];
}

const question = 'read /proc/self/mountinfo';

/**
 * Parses the whole table. A line that is not understood makes the table unknown: a mount that was left
 * out could be the one that decides. Names that are not UTF-8 are kept as the Latin-1 reading of their
 * bytes, which never equals a path of a configuration file.
 */
export function parseMountInfo(bytes: Uint8Array): Probe<readonly Mount[]> {
  const mounts: Mount[] = [];
  // Thousands of layers have the same few lists.
  const lists = new Map<string, readonly string[]>();
  const listOf = (words: string): readonly string[] => {
    const list = lists.get(words) ?? words.split(',');
    lists.set(words, list);
    return list;
  };
  const text = decode(bytes);
  const line = new RegExp(LINE, 'y');
  for (let start = 0; start < text.length; start = line.lastIndex) {
    const [, id, parent, device, root, mountpoint, options, fileSystem, source, superOptions] =
      line.exec(text) ?? [];
    if (
      device === undefined ||
      root === undefined ||
      mountpoint === undefined ||
      options === undefined ||
      fileSystem === undefined ||
      source === undefined
    ) {
      const [unexpected = ''] = text.slice(start, start + 200).split('\n');
      return unknown('unreadable', question, `unexpected line: ${unexpected}`);
    }
    mounts.push({
      id: Number(id),
      parent: Number(parent),
      device,
      root: unescapeName(root),
      mountpoint: unescapeName(mountpoint),
      options: listOf(options),
      fileSystem: unescapeName(fileSystem),
      source: unescapeName(source),
      superOptions: listOf(superOptions ?? ''),
    });
  }
  return known(mounts);
}

/** Six fields, any number of optional ones that a dash ends, and three more. Only the last may be missing. */
const FIELD = '([^ \\n]*)';
const LINE = new RegExp(
  `(\\d+) (\\d+) ${FIELD} ${FIELD} ${FIELD} ${FIELD}(?: [^ \\n]*)*? - ${FIELD} ${FIELD}(?: ${FIELD}(?: [^\\n]*)?)?(?:\\n|$)`,
);

/** The kernel writes blank, tab, newline, backslash and # as a backslash and three octal digits. */
function unescapeName(name: string): string {
  return name.includes('\\')
    ? name.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)))
    : name;
}

/** One name that is not UTF-8 must not spoil the others, so each line is then decoded by itself. */
function decode(bytes: Uint8Array): string {
  const text = decodeStrict(bytes);
  if (text !== undefined) return text;
  const lines = Buffer.from(bytes).toString('latin1').split('\n');
  return lines.map((line) => decodeStrict(Buffer.from(line, 'latin1')) ?? line).join('\n');
}
