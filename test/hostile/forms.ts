import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { createServer } from 'node:net';

/** What a form is made from. */
interface Place {
  readonly path: string;
  /** What the file should hold. */
  readonly right: Uint8Array;
  /** Where the machine's own / is for the reader of the file, which may have another one. */
  readonly machine?: string;
}

/** A form that a file can have instead of the right one. */
export interface Form {
  /** Whether it is a clear answer, of bytes or of an error: CRI-O gets the same one, and may fail with it. */
  readonly isClear: boolean;
  readonly make: (place: Place) => void;
}

const bytes = (content: (right: Uint8Array) => Uint8Array | string): Form => ({
  isClear: true,
  make: ({ path, right }) => fs.writeFileSync(path, content(right)),
});
const clear = (make: (path: string) => void): Form => ({ isClear: true, make: ({ path }) => make(path) });
const unclear = (make: (path: string) => void): Form => ({ isClear: false, make: ({ path }) => make(path) });
const nowhere = (target: string): Form => clear((path) => fs.symlinkSync(target, path));
const device = (target: string): Form => ({
  isClear: false,
  make: ({ path, machine = '' }) => fs.symlinkSync(machine + target, path),
});
const MIB = 1024 * 1024;
const PART = Buffer.alloc(MIB, 'x');

export const FORMS: Readonly<Record<string, Form>> = {
  'a FIFO': unclear((path) => void spawnSync('mkfifo', [path])),
  'a directory': clear((path) => fs.mkdirSync(path)),
  // The socket keeps its name when its server ends without closing it, so no server is left to wait for.
  'a socket': unclear((path) => void createServer().listen(path).unref()),
  'a link to /dev/zero': device('/dev/zero'),
  'a link to /dev/full': device('/dev/full'),
  'a link to the terminal': device('/dev/tty'),
  'a link to itself': clear((path) => fs.symlinkSync(path, path)),
  'a link to nothing': nowhere('/nonexistent/place'),
  'a link into a file': nowhere('/etc/passwd/x'),
  'a link to a process that has ended': nowhere('/proc/4194304/maps'),
  'memory of this process': unclear((path) => fs.symlinkSync('/proc/self/mem', path)),
  'a sparse file of 1 TiB': unclear((path) => {
    fs.writeFileSync(path, '');
    fs.truncateSync(path, 1024 * 1024 * MIB);
  }),
  'a file of 70 MiB': unclear((path) => {
    // Written in parts: so many files of this form are made that one buffer for each would fill the memory.
    const file = fs.openSync(path, 'wx');
    for (let part = 0; part < 70; part++) fs.writeSync(file, PART);
    fs.closeSync(file);
  }),
  'an empty file': bytes(() => ''),
  'one byte': bytes(() => 'x'),
  'blank lines': bytes(() => '\n'.repeat(200_000)),
  'one long line': bytes(() => 'a'.repeat(900_000)),
  'NUL bytes': bytes(() => Buffer.alloc(100_000)),
  'no UTF-8': bytes(() => Buffer.from('\xff\xfe\xc0\x80\n', 'latin1')),
  'a byte order mark': bytes((right) => Buffer.concat([Buffer.from('\ufeff'), right])),
  'UTF-16': bytes((right) => Buffer.from(Buffer.from(right).toString('latin1'), 'utf16le')),
  'brackets that never close': bytes(() => '['.repeat(100_000)),
  'half of the content': bytes((right) => right.subarray(0, right.length / 2)),
  'the content twice': bytes((right) => Buffer.concat([right, right])),
};
