// Keeps what V8 makes of the installed bundles, for useCompiledCode (src/compiled-code.ts). Made by the Node that
// will run them; another one refuses it, and compiles as always.
//
//   node packaging/tools/compile.js DIRECTORY
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import Module from 'node:module';
import { dirname, join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';
import { compiledFile } from '../../build/src/compiled-code.js';

/** Loaded by Node itself, which asks nobody. */
const ENTRIES = ['main.cjs', 'bus-main.cjs'];

const [directory] = process.argv.slice(2);
const compiled = dirname(compiledFile(join(directory, ENTRIES[0])));
rmSync(compiled, { recursive: true, force: true });
mkdirSync(compiled);
// Everybody may run `crio-guard --check`, whatever the umask of who installs it.
chmodSync(compiled, 0o755);
for (const name of readdirSync(directory)) {
  if (!name.endsWith('.cjs') || ENTRIES.includes(name)) continue;
  const path = join(directory, name);
  const bundle = readFileSync(path);
  // Otherwise functions are compiled only when they are called, and nothing is called here.
  setFlagsFromString('--no-lazy');
  const script = new Script(Module.wrap(bundle.toString()), { filename: path });
  // V8 refuses code that was made with other flags than it has when it takes it.
  setFlagsFromString('--lazy');
  const file = compiledFile(path);
  writeFileSync(file, Buffer.concat([script.createCachedData(), bundle]));
  chmodSync(file, 0o644);
}
