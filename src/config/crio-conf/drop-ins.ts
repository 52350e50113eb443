import type { Host } from '../../host/host.js';
import { describeFailure } from '../../host/probe.js';
import { ERRNO_WORDS } from '../go-struct/configuration-file.js';
import type { Appearance } from '../notes.js';
import { baseName, fromWorkingDirectory, goJoin } from '../../host/paths.js';

export type WalkStep =
  | { readonly kind: 'file'; readonly path: string; readonly isSymlink: boolean }
  | { readonly kind: 'refused'; readonly path: string; readonly words: string }
  | { readonly kind: 'unknown'; readonly why: string };

/**
 * The files below a drop-in directory in the order in which CRI-O reads them (UpdateFromPath on
 * filepath.Walk): byte order in each directory, a sub-directory at the place of its name, symlinks not
 * followed by the walk itself. The walk ends at its first refusal.
 */
export async function* walkDropIns(
  host: Host,
  directory: string,
  workingDirectory: string,
): AsyncGenerator<WalkStep> {
  const place = fromWorkingDirectory(workingDirectory, directory);
  if (directory === '') return;
  const there = await host.stat(place);
  if (there.state === 'unknown') {
    yield { kind: 'unknown', why: describeFailure(there.why) };
    return;
  }
  if (there.state === 'absent' && there.errno === 'ENOENT') return;
  const status = await host.lstat(place);
  if (status.state === 'unknown') {
    yield { kind: 'unknown', why: describeFailure(status.why) };
  } else if (status.state === 'absent') {
    yield { kind: 'refused', path: directory, words: `lstat ${directory}: ${ERRNO_WORDS[status.errno]}` };
  } else if (status.value.kind === 'directory') {
    yield* walk(host, directory, workingDirectory);
  } else {
    yield { kind: 'file', path: directory, isSymlink: status.value.kind === 'symlink' };
  }
}

async function* walk(host: Host, directory: string, workingDirectory: string): AsyncGenerator<WalkStep> {
  const entries = await host.readDirectory(fromWorkingDirectory(workingDirectory, directory));
  if (entries.state === 'unknown') {
    yield { kind: 'unknown', why: describeFailure(entries.why) };
    return;
  }
  if (entries.state === 'absent') {
    yield { kind: 'unknown', why: `${directory} vanished while it was read` };
    return;
  }
  const names = [...entries.value].sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
  for (const { name, kind } of names) {
    const path = goJoin(directory, name);
    if (kind === 'directory') yield* walk(host, path, workingDirectory);
    else yield { kind: 'file', path, isSymlink: kind === 'symlink' };
  }
}

const APPEARANCES: readonly (readonly [RegExp, Appearance])[] = [
  [/^\..*\.sw[a-z]$|^\.#|^#.*#$|^4913$/, 'swap file'],
  [/~$|\.(?:bak|backup|old|orig|save|copy|disabled|off)(?:[.-]?\d*)$/i, 'backup'],
  [/\.(?:rpm(?:save|new|orig)|dpkg-(?:old|new|dist|bak|tmp|divert)|ucf-(?:old|new|dist)|pacnew|pacsave)$/, 'package leftover'],
  [/^\._cfg\d{4}_/, 'package leftover'],
  [/^\./, 'hidden'],
  [/^(?:README|CHANGELOG|LICENSE|NOTES?)\b|\.(?:md|txt|rst)$/i, 'text'],
]; // prettier-ignore

/** Why a file looks unintended. CRI-O reads it all the same: it tests no file name. */
export function appearanceOf(path: string): Appearance | undefined {
  const name = baseName(path);
  const found = APPEARANCES.find(([pattern]) => pattern.test(name));
  if (found !== undefined) return found[1];
  return name.endsWith('.conf') || name.endsWith('.toml') ? undefined : 'no .conf';
}
