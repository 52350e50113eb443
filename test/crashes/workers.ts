import { spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Result } from './table.js';

const WORKER = fileURLToPath(new URL('worker.js', import.meta.url));
const isRoot = process.getuid?.() === 0;
const UNSHARE = ['--mount', ...(isRoot ? [] : ['--map-root-user'])];

/** Why nothing can be tried here. */
export function lackOfTracing(): string | undefined {
  if (spawnSync('strace', ['--version']).error !== undefined)
    return 'strace is not installed (package strace)';
  const tried = spawnSync('unshare', [...UNSHARE, 'strace', '-qq', '-o', '/dev/null', 'mount', '-t', 'tmpfs', 'x', '/mnt'], { encoding: 'utf8' }); // prettier-ignore
  if (tried.error !== undefined) return 'unshare is not installed (package util-linux)';
  return tried.status === 0 ? undefined : `no mount namespace, or no ptrace, here: ${tried.stderr.trim()}`;
}

/** How much is tried. */
export interface Amount {
  readonly processes: number;
  readonly share: number;
  readonly rounds: number;
  readonly errnos: string;
  readonly only: string;
  readonly trial: string;
}

/** Has processes do the work. What they make is removed afterwards, when their mounts are gone. */
export async function shareOut(
  { processes, share, rounds, errnos, only, trial }: Amount,
  take: (result: Result) => void,
): Promise<void> {
  const directory = fs.mkdtempSync(`${fs.realpathSync(tmpdir())}/crio-guard-crashes-`);
  try {
    const all = Array.from({ length: processes }, (_, index) => {
      const own = `${directory}/${index}`;
      fs.mkdirSync(own);
      const words = [index, processes, share, rounds, errnos, only, trial].map(String);
      return run([process.execPath, WORKER, ...words], own, take);
    });
    await Promise.all(all);
  } finally {
    for (const index of fs.readdirSync(directory)) removeRoots(`${directory}/${index}`);
    fs.rmSync(directory, { recursive: true });
  }
}

function run(words: readonly string[], own: string, take: (result: Result) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('unshare', [...UNSHARE, ...words], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, TMPDIR: own },
    });
    // A line is what our own worker has made of a result.
    createInterface(child.stdout).on('line', (line) => take(JSON.parse(line) as Result));
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`a process ended with ${code}`))));
  });
}

/** The whole machine was mounted on `host`, in a namespace that is gone: where it is not empty nothing is removed. */
function removeRoots(own: string): void {
  for (const name of fs.readdirSync(own)) {
    const host = `${own}/${name}/host`;
    if (fs.existsSync(host)) fs.rmdirSync(host);
  }
}
