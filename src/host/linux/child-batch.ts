import { readWithChild, type Run } from './child-reader.js';
import { errnoOfMessage, probeOfErrno } from './errno.js';
import { FIND_RECORD, parseFindRecord } from './find-record.js';
import type { FileStatus } from '../host.js';
import { absent, known, unknown, type Probe } from '../probe.js';
import { decodeText } from '../../text/utf8.js';

/** Bytes beside the content that find prints for each file: its kind, size and path. */
const HEADER = 8192;

/**
 * Several answers about storage that may hang from one child: find(1) prints what it sees of each path in the order
 * of its arguments, and one line on standard error for each that failed. What is not clear from that is asked again,
 * path by path.
 */
export const readBatchWithChild = {
  /** @param follow as stat(2) does; otherwise as lstat(2) */
  async statuses(run: Run, paths: readonly string[], follow: boolean): Promise<readonly Probe<FileStatus>[]> {
    const alone = (path: string) => readWithChild.status(run, path, follow);
    if (paths.length === 1) return Promise.all(paths.map(alone));
    const raw = await run('find', [
      ...(follow ? ['-L'] : []),
      ...paths,
      '-maxdepth',
      '0',
      '-printf',
      FIND_RECORD,
    ]);
    if (raw.state !== 'known') return paths.map(() => raw);
    const found = statusesIn(raw.value.stdout, follow);
    return inOrder('stat', { paths, found, stderr: raw.value.stderr }, alone);
  },

  /**
   * Whole regular files. A FIFO or a device is not opened.
   *
   * @param limit bytes of each file
   */
  async files(run: Run, paths: readonly string[], limit: number): Promise<readonly Probe<Uint8Array>[]> {
    const print = ['-printf', '%y %s %p\\0', '-type', 'f', '-size', `-${limit + 1}c`];
    const args = ['-L', ...paths, '-maxdepth', '0', ...print, '-exec', 'cat', '--', '{}', ';'];
    const raw = await run('find', args, paths.length * (limit + HEADER));
    if (raw.state !== 'known') return paths.map(() => raw);
    const { stdout, stderr } = raw.value;
    const alone = async (path: string): Promise<Probe<Uint8Array>> => {
      const [answer] = paths.length > 1 ? await this.files(run, [path], limit) : [];
      if (answer !== undefined) return answer;
      const question = `read ${path}`;
      return stderr === ''
        ? unknown('failed', question, 'it changed while it was read')
        : probeOfErrno(errnoOfMessage(stderr), question, stderr.trim());
    };
    return inOrder('read', { paths, found: contentsIn(stdout, paths, limit), stderr }, alone);
  },
};

interface Seen<T> {
  readonly paths: readonly string[];
  /** What find printed, by path. */
  readonly found: ReadonlyMap<string, Probe<T>>;
  readonly stderr: string;
}

/** Gives each path what find printed of it, or the failure that its line on standard error names. */
function inOrder<T>(
  question: string,
  { paths, found, stderr }: Seen<T>,
  alone: (path: string) => Promise<Probe<T>>,
): Promise<readonly Probe<T>[]> {
  const failed = paths.filter((path) => !found.has(path));
  const lines = stderr.split('\n').filter((line) => line !== '');
  const answerOf = async (path: string): Promise<Probe<T>> => {
    const printed = found.get(path);
    if (printed !== undefined) return printed;
    const line = lines[failed.indexOf(path)] ?? '';
    return lines.length === failed.length && line.includes(path)
      ? probeOfErrno(errnoOfMessage(line), `${question} ${path}`, line)
      : alone(path);
  };
  return Promise.all(paths.map(answerOf));
}

function statusesIn(output: Uint8Array, follow: boolean): ReadonlyMap<string, Probe<FileStatus>> {
  const found = new Map<string, Probe<FileStatus>>();
  for (const record of decodeText(output).split('\0').slice(0, -1)) {
    const { path, status } = parseFindRecord(record);
    // With -L, find names a link that leads nowhere itself.
    if (follow && status.kind === 'symlink') continue;
    found.set(path, known(status));
  }
  return found;
}

/** Empty when the parts do not fit, because a file changed while it was read. */
function contentsIn(
  output: Uint8Array,
  paths: readonly string[],
  limit: number,
): ReadonlyMap<string, Probe<Uint8Array>> {
  const found = new Map<string, Probe<Uint8Array>>();
  let at = 0;
  for (const path of paths) {
    const end = output.indexOf(0, at);
    const [letter = '', size = '', ...name] = decodeText(output.subarray(at, Math.max(at, end))).split(' ');
    if (name.join(' ') !== path) continue;
    at = end + 1;
    const length = letter === 'f' && Number(size) <= limit ? Number(size) : 0;
    const content = output.subarray(at, at + length);
    at += length;
    found.set(path, contentOf(letter, Number(size), { path, content, limit }));
  }
  return at === output.length ? found : new Map();
}

function contentOf(
  letter: string,
  size: number,
  { path, content, limit }: { readonly path: string; readonly content: Uint8Array; readonly limit: number },
): Probe<Uint8Array> {
  const question = `read ${path}`;
  switch (letter) {
    case 'f':
      return size > limit
        ? unknown('too-large', question, `it is larger than ${limit} bytes`)
        : known(content);
    // With -L, find names a link that leads nowhere itself.
    case 'l':
      return absent();
    case 'd':
      return unknown('failed', question, 'it is a directory');
    default:
      return unknown('failed', question, 'it is not a regular file');
  }
}
