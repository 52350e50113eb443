import { errnoOfMessage, probeOfErrno } from './errno.js';
import { kindOfLetter } from './find-record.js';
import type { DirectoryEntry, FileKind, FileStatus, FileSystemStatus } from '../host.js';
import { known, unknown, type Probe } from '../probe.js';
import type { RunRaw } from './run.js';
import { decodeStrict, decodeText } from '../../text/utf8.js';

/** Runs a program found on the PATH by its name. */
export type Run = (name: string, args: readonly string[], limit?: number) => Promise<Probe<RunRaw>>;

/**
 * Looks at storage that may hang through coreutils and findutils, which every Linux has. A child that
 * hangs is left behind; a thread of ours could not be.
 */
export const readWithChild = {
  async status(run: Run, path: string, follow: boolean): Promise<Probe<FileStatus>> {
    const question = `stat ${path}`;
    const format = '--printf=%f %Hd %Ld %i %u %g %s %.3Y';
    const answer = await ask(run, question, 'stat', [...(follow ? ['-L'] : []), format, '--', path]);
    if (answer.state !== 'known') return answer;
    const words = decodeText(answer.value).split(' ');
    const [mode, major, minor, inode, userId, groupId, size, modified] = words;
    if (mode === undefined || modified === undefined) return unknown('unreadable', question, words.join(' '));
    const bits = Number.parseInt(mode, 16);
    return known({
      kind: KIND_OF_TYPE[bits & 0o170000] ?? 'other',
      device: `${major ?? ''}:${minor ?? ''}`,
      inode: Number(inode),
      mode: bits & 0o7777,
      userId: Number(userId),
      groupId: Number(groupId),
      size: Number(size),
      modified: Math.floor(Math.round(Number(modified) * 1e6) / 1000),
    });
  },

  async link(run: Run, path: string): Promise<Probe<string>> {
    const question = `read the link ${path}`;
    // findutils: readlink(1) says nothing of why it failed.
    const answer = await ask(run, question, 'find', [path, '-maxdepth', '0', '-printf', '%y %l\\0']);
    if (answer.state !== 'known') return answer;
    const said = decodeStrict(answer.value);
    if (said === undefined) return unknown('unreadable', question, 'its target is not UTF-8');
    return said.startsWith('l ')
      ? known(said.slice(2, -1))
      : unknown('failed', question, 'it is not a symbolic link');
  },

  async directory(run: Run, path: string): Promise<Probe<readonly DirectoryEntry[]>> {
    const question = `list ${path}`;
    // The slash makes find follow a symlink, and keeps a name that starts with - from being an option.
    const args = [`${path}/`, '-mindepth', '1', '-maxdepth', '1', '-printf', '%y %f\\0'];
    const raw = await run('find', args);
    if (raw.state !== 'known') return raw;
    const { exitCode, stdout, stderr } = raw.value;
    if (exitCode !== 0) {
      // An entry may have gone while it was read: only what is said of the directory tells that it is not there.
      const isItself = stderr.includes(`: '${path}/': `);
      return probeOfErrno(isItself ? errnoOfMessage(stderr) : undefined, question, stderr.trim());
    }
    const text = decodeStrict(stdout);
    if (text === undefined) return unknown('unreadable', question, 'it holds a name that is not UTF-8');
    const entries = text.split('\0').slice(0, -1);
    const listed = entries.map((entry) => ({
      kind: kindOfLetter(entry.slice(0, 1)),
      name: entry.slice(2),
    }));
    return known(listed.sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name))));
  },

  async fileSystem(run: Run, path: string): Promise<Probe<FileSystemStatus>> {
    const question = `statfs ${path}`;
    const args = ['-f', `--printf=${FILE_SYSTEM_FORMAT}`, '--', path];
    const answer = await ask(run, question, 'stat', args);
    if (answer.state !== 'known') return answer;
    return known(parseFileSystem(decodeText(answer.value)));
  },
};

/** What --printf of `stat -f` gets for {@link parseFileSystem}. */
export const FILE_SYSTEM_FORMAT = '%t %S %b %a %c %d';

export function parseFileSystem(words: string): FileSystemStatus {
  const [type, blockSize, blocks, availableBlocks, files, freeFiles] = words.split(' ');
  return {
    type: Number.parseInt(type ?? '', 16),
    blockSize: Number(blockSize),
    blocks: Number(blocks),
    availableBlocks: Number(availableBlocks),
    files: Number(files),
    freeFiles: Number(freeFiles),
  };
}

const KIND_OF_TYPE: Readonly<Record<number, FileKind>> = {
  0o100000: 'file',
  0o040000: 'directory',
  0o120000: 'symlink',
};

async function ask(
  run: Run,
  question: string,
  program: string,
  args: readonly string[],
  limit?: number,
): Promise<Probe<Uint8Array>> {
  const raw = await run(program, args, limit);
  if (raw.state !== 'known') return raw;
  const { exitCode, stdout, stderr } = raw.value;
  if (exitCode === 0) return known(stdout);
  return probeOfErrno(errnoOfMessage(stderr), question, stderr.trim());
}
