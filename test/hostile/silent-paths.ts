import * as fs from 'node:fs';
import { parseRecord } from '../../src/text/json-record.js';
import { BuiltProgram } from '../cli/built-program.js';
import { healthyNode, limit, pathsAskedFor } from './healthy-node.js';
import type { Fault } from './fault.js';

/** Seconds for the run that shows what is asked, even on a busy machine; each other run has one. */
const PATIENCE = 30;
/** Milliseconds after which a run counts as one that hangs. */
const LATE = 20_000;

/** The start of CRI-O with one path on a file system that never answers. @returns undefined when all is well */
function faultOf(node: BuiltProgram, path: string): Fault | undefined {
  node.remove('/run/crio-guard');
  const isThere = fs.existsSync(node.root + path);
  if (!isThere) fs.mkdirSync(node.root + path, { recursive: true });
  const began = Date.now();
  const { status, stdout, stderr } = node.run(['--prestart'], {}, { silent: [path] });
  const took = Date.now() - began;
  const report = parseRecord(node.read('/run/crio-guard/report.json') ?? '');
  if (!isThere) node.remove(path);
  if (status === null || took > LATE) return 'hang';
  if (stdout !== '') return 'stop without proof';
  if (status !== 0 || /internal error|itself failed|^\s+at /m.test(stderr)) return 'exception';
  return report?.['verdict'] === 'error' ? 'exact error from a broken answer' : undefined;
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
