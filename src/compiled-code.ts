import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { decodeLossy } from './text/utf8.js';

/** Where the installation keeps the code that V8 compiled from a bundle (packaging/tools/compile.js). */
export const compiledFile = (bundle: string): string => bundle.replace(/\.cjs$/, '.code');

/** The Node that runs this: `process`. */
export type ThisNode = Readonly<Record<'version' | 'arch', string>>;

const nodeLine = ({ version, arch }: ThisNode): Buffer => Buffer.from(`${version} ${arch}\n`);

/**
 * The content of {@link compiledFile}: which Node made the code, the source of the bundle, and the code twice. V8
 * checks little of what it is given, and a flipped bit can end the process; here one copy lacks it. To compare costs
 * a tenth of a checksum.
 */
export const compiledContent = (node: ThisNode, source: Uint8Array, code: Uint8Array): Buffer =>
  Buffer.concat([nodeLine(node), source, code, code]);

/** @returns undefined when the content is damaged, or of another Node or source */
function codeIn(content: Buffer, node: ThisNode, source: Buffer): Buffer | undefined {
  const line = nodeLine(node);
  const begin = line.length + source.length;
  const middle = begin + (content.length - begin) / 2;
  if (middle <= begin || !Number.isInteger(middle)) return undefined;
  const code = content.subarray(begin, middle);
  const isWhole =
    content.subarray(0, line.length).equals(line) &&
    content.subarray(line.length, begin).equals(source) &&
    content.subarray(middle).equals(code);
  return isWhole ? code : undefined;
}

/** The source as the function that Node makes of a CommonJS module: Module.wrap, whose module costs a load. */
export const wrapped = (source: Uint8Array): string =>
  `(function (exports, require, module, __filename, __dirname) { ${decodeLossy(source)}\n});`;

/** What runs a bundle. */
export interface Loader {
  readonly node: ThisNode;
  /** That of a bundle in the same directory. */
  readonly require: (name: string) => unknown;
}

/**
 * Runs a bundle with its compiled code, which saves V8 the parsing.
 * @returns its exports; undefined where the code is missing, damaged or made by another Node
 */
export async function loadCompiled(bundle: string, { node, require }: Loader): Promise<unknown> {
  let source: Buffer;
  let cachedData: Buffer | undefined;
  try {
    source = readFileSync(bundle);
    cachedData = codeIn(readFileSync(compiledFile(bundle)), node, source);
  } catch {
    return undefined;
  }
  if (cachedData === undefined) return undefined;
  const { Script } = await import('node:vm');
  const script = new Script(wrapped(source), { filename: bundle, cachedData });
  // Any text is such a function when it is wrapped.
  const run = script.runInThisContext() as (...values: readonly unknown[]) => void;
  const module = { exports: {} };
  run.call(module.exports, module.exports, require, module, bundle, dirname(bundle));
  return module.exports;
}
