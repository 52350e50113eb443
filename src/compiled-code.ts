import { readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { Script } from 'node:vm';

/**
 * Where `make install` keeps what V8 has made of a bundle (packaging/tools/compile.js): V8's code, and after it the
 * bundle itself, in which a file that was cut off does not end.
 */
export const compiledFile = (bundle: string): string =>
  join(dirname(bundle), 'compiled', `${basename(bundle)}.code`);

/**
 * From now on takes the program's bundles as they were compiled at the installation: to compile them anew is a
 * tenth of what a start with ZFS costs, and a quarter on a slow machine. Code that was not made from this very
 * bundle, byte for byte, is not taken, and code of another V8 is refused by V8 itself; then a bundle is compiled
 * as always.
 */
export function useCompiledCode(): void {
  // Deprecated for transpilers, and the one thing on Node 18 and 20 that hears of every require of a bundle.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  const { extensions } = createRequire('/');
  extensions['.cjs'] = (module, path) => {
    const bundle = readFileSync(path);
    const cachedData = codeOf(path, bundle);
    if (cachedData === undefined) {
      extensions['.js'](module, path);
      return;
    }
    const script = new Script(Module.wrap(bundle.toString()), { filename: path, cachedData });
    // What Module.wrap makes of any text is such a function.
    const run = script.runInThisContext() as (...given: readonly unknown[]) => void;
    run.call(module.exports, module.exports, createRequire(path), module, path, dirname(path));
  };
}

function codeOf(path: string, bundle: Uint8Array): Uint8Array | undefined {
  let file: Buffer;
  try {
    file = readFileSync(compiledFile(path));
  } catch {
    return undefined;
  }
  const end = Math.max(0, file.length - bundle.length);
  return file.subarray(end).equals(bundle) ? file.subarray(0, end) : undefined;
}
