import { messageOf } from '../text/message-of.js';
import * as fs from 'node:fs';
import type { Host } from '../host/host.js';
import { findTool } from '../host/look-path.js';
import { makeOwnDirectory } from '../host/linux/own-directory.js';
import { startOf } from '../host/linux/run.js';
import { describeFailure } from '../host/probe.js';
import { monotonicTime } from '../host/clock.js';

const DIRECTORY = '/run/crio-guard';

/** Exit code of flock(1) when the wait was too long; our choice, so that no other failure looks like it. */
const CONFLICT = 75;

/** Milliseconds that flock(1) may take beyond the wait it was given. */
const GRACE = 1000;

export type LockResult =
  { readonly kind: 'held'; readonly lock: ChangeLock } | { readonly kind: 'failed'; readonly why: string };

/** The right to change the machine and the ledger. The kernel takes it back when this process ends. */
export class ChangeLock {
  private held = true;

  /** Only LockFile makes one. */
  constructor(private readonly descriptor: number) {}

  get isHeld(): boolean {
    return this.held;
  }

  release(): void {
    if (this.held) fs.closeSync(this.descriptor);
    this.held = false;
  }
}

/**
 * Serialises the runs that change something. Node has no flock(2), so util-linux's flock(1) takes the lock on
 * a descriptor that it inherits. The lock belongs to the open file, which this process keeps: it ends with
 * this process, however that ends, and no other child inherits it.
 */
export class LockFile {
  readonly path: string;

  /** @param owner the user who alone may write in the directory */
  constructor(
    private readonly directory = DIRECTORY,
    private readonly owner = 0,
  ) {
    this.path = `${directory}/lock`;
  }

  /** @param wait milliseconds to wait for another holder */
  async take(host: Host, wait: number): Promise<LockResult> {
    const program = await findTool(host, 'flock');
    if (program.state !== 'known') return failed('the program flock (util-linux) was not found');
    // This process must not hang in the kernel where the storage of the lock does not answer.
    const there = await host.lstat(this.directory);
    if (there.state === 'unknown') return failed(describeFailure(there.why));
    const end = monotonicTime() + wait;
    for (;;) {
      const descriptor = this.open();
      if (typeof descriptor === 'string') return failed(descriptor);
      const why = await flock(program.value, descriptor, Math.max(0, end - monotonicTime()));
      if (why === undefined && this.isInPlace(descriptor)) {
        return { kind: 'held', lock: new ChangeLock(descriptor) };
      }
      fs.closeSync(descriptor);
      // The file was replaced while we waited: another run may hold the lock of the new one.
      if (why !== undefined) return failed(why);
    }
  }

  /** @returns the descriptor, or why there is none */
  private open(): number | string {
    const { O_RDWR, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = fs.constants;
    try {
      makeOwnDirectory(this.directory, 0o755, this.owner);
      return fs.openSync(this.path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600);
    } catch (error) {
      return `could not open ${this.path}: ${messageOf(error)}`;
    }
  }

  private isInPlace(descriptor: number): boolean {
    const [ours, there] = [fs.fstatSync(descriptor), fs.lstatSync(this.path, { throwIfNoEntry: false })];
    return there?.ino === ours.ino && there.dev === ours.dev;
  }
}

const failed = (why: string): LockResult => ({ kind: 'failed', why });

/** @returns why the lock was not taken */
async function flock(program: string, descriptor: number, wait: number): Promise<string | undefined> {
  // Loaded on demand: a healthy start takes no lock.
  const { spawn } = await import('node:child_process');
  return new Promise((resolve) => {
    const seconds = (wait / 1000).toFixed(3);
    const ended = (exitCode: number | null): string | undefined => {
      if (exitCode === 0) return undefined;
      return exitCode === CONFLICT
        ? `another run of crio-guard is changing something; waited ${seconds} s for it to end`
        : `flock failed (exit code ${exitCode ?? 'none'})`;
    };
    try {
      const options = { environment: {}, throughShell: true };
      const start = startOf(program, ['-w', seconds, '-E', String(CONFLICT), '3'], options);
      const child = spawn(start.file, start.args, {
        stdio: ['ignore', 'ignore', 'ignore', descriptor],
        env: { LC_ALL: 'C' },
        cwd: start.cwd,
      });
      const timer = setTimeout(() => {
        child.kill('SIGKILL');
        child.unref();
        resolve('flock did not end in time');
      }, wait + GRACE);
      const settle = (why: string | undefined): void => {
        clearTimeout(timer);
        resolve(why);
      };
      child.on('error', (error) => settle(`could not run ${program}: ${error.message}`));
      child.on('exit', (exitCode) => settle(ended(exitCode)));
    } catch (error) {
      resolve(`could not run ${program}: ${messageOf(error)}`);
    }
  });
}
