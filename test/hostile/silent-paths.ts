import * as fs from 'node:fs';
import { BuiltProgram } from '../cli/built-program.js';
import { healthyNode, limit, pathsAskedFor } from './healthy-node.js';
import type { Attempted, Fault, HostileClass } from './fault.js';
import { faultOfStart } from './start-of.js';

/** Seconds for the run that shows what is asked, even on a busy machine; each other run has one. */
const PATIENCE = 30;
/** The start of CRI-O with one path on a file system that never answers. @returns undefined when all is well */
function faultOf(node: BuiltProgram, path: string): Fault | undefined {
  node.remove('/run/crio-guard');
  const isThere = fs.existsSync(node.root + path);
  if (!isThere) fs.mkdirSync(node.root + path, { recursive: true });
  const fault = faultOfStart(node, {}, { silent: [path] });
  if (!isThere) node.remove(path);
  return fault;
}

export interface SilentPaths {
  readonly paths: readonly string[];
  readonly faultOf: (path: string) => Fault | undefined;
  readonly close: () => void;
}

/** Why no such file system can be had here; undefined where it can. */
export const lackOfSilence = (): string | undefined =>
  BuiltProgram.lacking ?? (fs.existsSync('/dev/fuse') ? undefined : 'there is no /dev/fuse');

/** Each path that the guard reads on a FUSE mount of its own, whose server never answers. */
export function silentPaths(): SilentPaths {
  const node = healthyNode(PATIENCE);
  const paths = pathsAskedFor(node);
  limit(node, 1);
  return {
    paths,
    faultOf: (path) => faultOf(node, path),
    close: () => node.close(),
  };
}

export const silentPathsClass: HostileClass = {
  name: 'path that never answers',
  lack: lackOfSilence(),
  *attempts(): Iterable<Attempted> {
    const silent = silentPaths();
    for (const path of silent.paths) yield { what: path, fault: silent.faultOf(path) };
    silent.close();
  },
};
