import { errnoOfMessage, probeOfErrno } from './errno.js';
import { FIND_RECORD, parseFindRecord } from './find-record.js';
import { FILE_SYSTEM_FORMAT, parseFileSystem, type Run } from './child-reader.js';
import type { DirectoryEntry, FileStatus, FileSystemStatus, LookAhead, Seen } from '../host.js';
import { known, type Probe } from '../probe.js';
import { decodeStrict } from '../../text/utf8.js';

/** What a record and the content behind it are, in the order that find(1) met them. */
interface Met {
  readonly path: string;
  readonly status: FileStatus;
}

/** What find(1) and stat(1) print before the lists. */
interface Records {
  readonly met: readonly Met[];
  /** The file system of the directory; undefined where it is not there. */
  readonly fileSystem: FileSystemStatus | undefined;
}

/** Begins the record of the file system; one of find(1) begins with the mode, a number. */
const OF_FILE_SYSTEM = 'f ';

/**
 * Sees everything of {@link LookAhead} with one child: find(1) prints a record for each path and each entry of the
 * directory, stat(1) one for its file system, and cat(1) the lists behind them. What is not clear from that is left out.
 *
 * @param limit bytes of each list, and of all together
 */
export async function lookAheadWithChild(
  run: Run,
  { directory, paths }: LookAhead,
  limit: number,
): Promise<Seen> {
  const asked = [directory, ...paths];
  const lists = ['-type', 'f', '-name', '*.json', '-size', `-${limit + 1}c`, '-exec', 'cat', '--', '{}', '+'];
  const itself = ['-type', 'd', '-path', directory.replace(/[\\*?[]/g, '\\$&')];
  const format = `--printf=${OF_FILE_SYSTEM}${FILE_SYSTEM_FORMAT}\\0`;
  const fileSystem = [...itself, '-exec', 'stat', '-f', format, '--', '{}', ';'];
  const then = ['(', ...fileSystem, '-o', ...lists, ')'];
  const raw = await run('find', [...asked, '-maxdepth', '1', '-printf', FIND_RECORD, ...then], limit);
  if (raw.state !== 'known') return NOTHING_SEEN;
  const { stdout, stderr } = raw.value;
  const isList = ({ path, status }: Met): boolean =>
    status.kind === 'file' && path.endsWith('.json') && status.size <= limit;
  const records = recordsBefore(stdout, isList);
  if (records === undefined) return NOTHING_SEEN;
  const { met } = records;
  const statuses = new Map<string, Probe<FileStatus>>(met.map(({ path, status }) => [path, known(status)]));
  let isWhole = true;
  for (const line of stderr.split('\n').filter((words) => words !== '')) {
    const path = asked.find((one) => line.includes(`: '${one}': `) && !statuses.has(one));
    const answer = probeOfErrno(errnoOfMessage(line), `lstat ${path ?? ''}`, line);
    if (path !== undefined && answer.state === 'absent') statuses.set(path, answer);
    else isWhole = false;
  }
  const listed = statuses.get(directory);
  const isListed = isWhole && listed?.state === 'known' && listed.value.kind === 'directory';
  return {
    statuses,
    directories: new Map(isListed ? [[directory, known(entriesOf(directory, met))]] : []),
    fileSystems: new Map(records.fileSystem === undefined ? [] : [[directory, known(records.fileSystem)]]),
    // cat(1) says where it could not read, and its output is too short then.
    files: new Map(contentsAtEnd(stdout, met.filter(isList))),
  };
}

const NOTHING_SEEN: Seen = {
  statuses: new Map(),
  directories: new Map(),
  fileSystems: new Map(),
  files: new Map(),
};

/** @returns undefined when sizes and contents do not fit, because a file changed while it was read */
function recordsBefore(output: Uint8Array, isList: (met: Met) => boolean): Records | undefined {
  const met: Met[] = [];
  let fileSystem: FileSystemStatus | undefined;
  let at = 0;
  let contents = 0;
  while (at + contents < output.length) {
    const end = output.indexOf(0, at);
    if (end === -1) return undefined;
    const text = decodeStrict(output.subarray(at, end));
    at = end + 1;
    if (text?.startsWith(OF_FILE_SYSTEM) === true) {
      fileSystem = parseFileSystem(text.slice(OF_FILE_SYSTEM.length));
      continue;
    }
    // Where a list was longer than its record says, a part of it stands here.
    if (text === undefined || !/^\d+ \d+ /.test(text)) return undefined;
    const record = parseFindRecord(text);
    met.push(record);
    if (isList(record)) contents += record.status.size;
  }
  return at + contents === output.length ? { met, fileSystem } : undefined;
}

function contentsAtEnd(output: Uint8Array, lists: readonly Met[]): [string, Probe<Uint8Array>][] {
  let at = output.length - lists.reduce((sum, { status }) => sum + status.size, 0);
  return lists.map(({ path, status }) => {
    const content = output.subarray(at, at + status.size);
    at += status.size;
    return [path, known(content)];
  });
}

/** As readDirectory sorts them: in byte order of their names. */
function entriesOf(directory: string, met: readonly Met[]): readonly DirectoryEntry[] {
  const start = directory.endsWith('/') ? directory : `${directory}/`;
  const entries = met.filter(({ path }) => path.startsWith(start) && !path.slice(start.length).includes('/'));
  // What is asked for by its own path, too, was met twice.
  const kinds = new Map(entries.map(({ path, status }) => [path.slice(start.length), status.kind]));
  return [...kinds]
    .map(([name, kind]) => ({ name, kind }))
    .sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
}
