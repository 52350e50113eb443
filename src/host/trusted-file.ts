import { parentOf } from './paths.js';
import type { FileKind, Host } from './host.js';
import { unknown, type Probe } from './probe.js';

const WRITABLE_BY_OTHERS = 0o022;

/**
 * Reads a regular file that only root can have written: the file and its directory belong to root, no other user can
 * write them, and neither is a symlink. The host asks storage that may hang through a child.
 */
export async function readTrustedFile(host: Host, path: string): Promise<Probe<Uint8Array>> {
  const parts: readonly (readonly [string, FileKind])[] = [
    [parentOf(path), 'directory'],
    [path, 'file'],
  ];
  for (const [part, kind] of parts) {
    const status = await host.lstat(part);
    if (status.state !== 'known') return status;
    const { userId, mode, kind: found } = status.value;
    if (found !== kind || userId !== 0 || (mode & WRITABLE_BY_OTHERS) !== 0) {
      return unknown('failed', `read ${path}`, `${part} must be owned by root and writable only by root`);
    }
  }
  return host.readFile(path);
}
