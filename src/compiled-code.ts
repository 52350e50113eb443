import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { Script } from 'node:vm';

/** Where the installation keeps the code that V8 compiled from a bundle (packaging/tools/compile.js). */
export const compiledFile = (bundle: string): string => bundle.replace(/\.cjs$/, '.code');

/** The Node that runs this: `process`. */
export type ThisNode = Readonly<Record<'version' | 'arch', string>>;

/**
 * The checksum that stands before the compiled code in its file. It covers the Node that made the code and the source
 * of the bundle: V8 checks little of what it is given, and a flipped bit can end the process.
 */
export const checksum = (node: ThisNode, source: Uint8Array, code: Uint8Array): Buffer =>
  createHash('sha256').update(`${node.version} ${node.arch}\n`).update(source).update(code).digest();

const CHECKSUM_LENGTH = 32;

/**
 * Runs a bundle with its compiled code, which saves V8 the parsing.
 * @returns its exports; undefined where the code is missing, damaged or made by another Node
 */
export function loadCompiled(bundle: string, node: ThisNode): unknown {
  let source: Buffer;
  let file: Buffer;
  try {
    source = readFileSync(bundle);
    file = readFileSync(compiledFile(bundle));
  } catch {
    return undefined;
  }
  const cachedData = file.subarray(CHECKSUM_LENGTH);
  if (!file.subarray(0, CHECKSUM_LENGTH).equals(checksum(node, source, cachedData))) return undefined;
  const script = new Script(Module.wrap(source.toString()), { filename: bundle, cachedData });
  // Module.wrap makes such a function of any text.
  const run = script.runInThisContext() as (...values: readonly unknown[]) => void;
  const module = { exports: {} };
  run.call(module.exports, module.exports, createRequire(bundle), module, bundle, dirname(bundle));
  return module.exports;
}
