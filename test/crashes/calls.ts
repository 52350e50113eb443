import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import type { Ended, Scene } from './scene.js';

/** Every system call that changes files or mounts, makes that durable, or starts a program. */
const CHANGING = [
  ...[
    'mkdir',
    'mkdirat',
    'rmdir',
    'open',
    'openat',
    'openat2',
    'creat',
    'write',
    'writev',
    'pwrite64',
    'pwritev',
  ],
  ...['fsync', 'fdatasync', 'sync', 'syncfs', 'rename', 'renameat', 'renameat2', 'unlink', 'unlinkat'],
  ...['chmod', 'fchmod', 'fchmodat', 'chown', 'fchown', 'lchown', 'fchownat', 'utimensat', 'futimesat'],
  ...['link', 'linkat', 'symlink', 'symlinkat', 'mknod', 'mknodat', 'truncate', 'ftruncate', 'fallocate'],
  ...['setxattr', 'lsetxattr', 'fsetxattr', 'removexattr', 'sendfile', 'copy_file_range', 'splice'],
  ...['mount', 'umount2', 'init_module', 'finit_module', 'delete_module'],
  ...['clone', 'clone3', 'fork', 'vfork'],
];
const TRACE = `trace=${CHANGING.map((name) => `?${name}`).join(',')}`;

/** One call of a run. */
export interface Call {
  readonly name: string;
  /** What it is made on; absent where it starts a program. */
  readonly path: string | undefined;
  /** Counted from 1 among the calls of this name on this path. */
  readonly number: number;
  /** The call as strace shows it, without what differs from run to run. */
  readonly text: string;
}

const STARTS = /^(?:clone3?|v?fork)$/;

/** What a run of the program alone does; its children are stand-ins. @param inject for strace */
export function traced(
  scene: Scene,
  args: readonly string[],
  inject: readonly string[] = [],
): { readonly ended: Ended; readonly calls: readonly Call[] } {
  const file = `${tmpdir()}/trace`;
  const options = ['-qq', '-y', '-s', '0', '-o', file, '-e', TRACE, '-e', 'signal=none', ...inject];
  const ended = scene.run(args, ['strace', ...options]);
  return { ended, calls: callsIn(fs.readFileSync(file, 'utf8'), scene.root) };
}

/** Those of its own threads and of its children, too: a thread that changes something would be left out above. */
export function tracedWhole(scene: Scene, args: readonly string[]): { readonly lines: readonly string[] } {
  const file = `${tmpdir()}/trace`;
  const options = ['-f', '-qq', '-y', '-s', '200', '-o', file, '-e', `${TRACE},execve`, '-e', 'signal=none'];
  scene.run(args, ['strace', ...options]);
  return { lines: fs.readFileSync(file, 'utf8').replaceAll(scene.root, '').split('\n') };
}

function callsIn(text: string, root: string): readonly Call[] {
  const numbers = new Map<string, number>();
  const calls: Call[] = [];
  for (const line of text.replaceAll(root, '').split('\n')) {
    const name = /^(\w+)\(/.exec(line)?.[1];
    if (name === undefined) continue;
    const path = STARTS.test(name)
      ? undefined
      : /[<"](\/[^>"]*)[>"]/.exec(line.replace('AT_FDCWD</>', ''))?.[1];
    const key = `${name} ${path ?? ''}`;
    const number = (numbers.get(key) ?? 0) + 1;
    numbers.set(key, number);
    if (isChange(name, line)) calls.push({ name, path, number, text: key });
  }
  return calls;
}

const WRITES = /^(?:p?writev?|pwrite64|sendfile|splice|copy_file_range)$/;
const OPENS = /^open/;

/** Whether it changes the machine: standard output, pipes and other threads are not of it. */
export function isChange(name: string, line: string): boolean {
  if (STARTS.test(name)) return !line.includes('CLONE_THREAD');
  if (WRITES.test(name)) return /^\w+\(\d+<\/(?!dev\/)/.test(line);
  if (OPENS.test(name)) return /O_WRONLY|O_RDWR|O_CREAT|O_TRUNC/.test(line) && !line.includes('"/dev/null"');
  return true;
}

/**
 * Runs the program once more, with this one of its calls tampered with. Strace counts the calls of that name on that
 * path: a run has the same temporary names each time, and calls of other threads are not counted.
 *
 * @param how of strace's inject, such as `signal=KILL` @returns undefined when another call was met
 */
export function tamper(scene: Scene, args: readonly string[], call: Call, how: string): Ended | undefined {
  const { name, path, number, text } = call;
  const paths = path === undefined ? [] : [path, scene.root + path].flatMap((one) => ['-P', one]);
  const inject = ['-e', `inject=${name}:${how}:when=${number}`];
  const { ended, calls } = traced(scene, args, [...paths, ...inject]);
  return calls.some((one) => one.number === number && one.text === text) ? ended : undefined;
}
