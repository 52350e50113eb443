#!/usr/bin/env node
// Keeps the code that V8 compiles from the installed program (src/compiled-code.ts). Made by the Node that will run
// it: another one refuses it, and compiles the source.
//
//   node compile.cjs [DIRECTORY]   the directory of the bundles, and where this one lies by default
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { Script } from 'node:vm';
import { compiledContent, compiledFile, wrapped } from '../../build/src/compiled-code.js';
import { openRecordedHost } from '../../build/src/host/recorded/recorded-host.js';
// bundle.js makes a text of it.
import recording from '../../test/corpus/hosts/healthy.json';

const directory = resolve(process.argv[2] ?? __dirname);
const bundle = `${directory}/program.cjs`;
const source = readFileSync(bundle);
const script = new Script(wrapped(source), { filename: bundle });
const module = { exports: {} };
script
  .runInThisContext()
  .call(module.exports, module.exports, createRequire(bundle), module, bundle, directory);

// V8 compiles a function when it is first called, and only the functions of a usual run are worth reading. This one
// answers from a recording and prints nothing.
const recorded = openRecordedHost(recording);
const options = { format: 'json', only: [], deep: false, verbose: false };
const context = {
  environment: {},
  host: () => recorded,
  columns: () => undefined,
  isErrorTerminal: () => false,
  elapsed: () => 0,
  now: () => new Date(0),
  print: () => undefined,
  warn: (text) => process.stderr.write(text),
};

async function compile() {
  const code = await module.exports.run({ kind: 'check', options }, context);
  if (code !== 0) throw new Error(`the recorded check ended with exit code ${code}`);
  const compiled = script.createCachedData();
  writeFileSync(compiledFile(bundle), compiledContent(process, source, compiled));
  // Everybody may run `crio-guard --check`, whatever the umask of who installs it.
  chmodSync(compiledFile(bundle), 0o644);
}
void compile();
