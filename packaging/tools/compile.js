#!/usr/bin/env node
// Keeps the code that V8 compiles from the installed program (src/compiled-code.ts). Made by the Node that will run
// it: another one refuses it, and compiles the source.
//
//   node compile.cjs [DIRECTORY]   the directory of the bundles, and where this one lies by default
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { Script } from 'node:vm';
import { compiledContent, compiledFile, wrapped } from '../../build/src/compiled-code.js';
import { NO_LEDGER } from '../../build/src/fix/ledger.js';
import { absent } from '../../build/src/host/probe.js';
import { openRecordedHost } from '../../build/src/host/recorded/recorded-host.js';
// bundle.js makes a text of it.
import recording from '../../test/corpus/hosts/healthy.json';

const directory = resolve(process.argv[2] ?? __dirname);
const recorded = openRecordedHost(recording);
// What was not asked on the recorded node was not there.
const isAnswer = ({ state, why }) => state !== 'unknown' || why.kind !== 'not-recorded';
for (const method of ['readFile', 'stat', 'lstat', 'readLink', 'readDirectory', 'statFileSystem']) {
  const ask = recorded[method].bind(recorded);
  recorded[method] = async (path) => {
    const answer = await ask(path);
    return isAnswer(answer) ? answer : absent();
  };
}
const askEnvironment = recorded.environment.bind(recorded);
recorded.environment = (name) => {
  const answer = askEnvironment(name);
  return isAnswer(answer) ? answer : absent();
};
const context = {
  environment: {},
  host: () => recorded,
  columns: () => undefined,
  isErrorTerminal: () => false,
  elapsed: () => 0,
  now: () => new Date(0),
  runDirectory: mkdtempSync(`${tmpdir()}/crio-guard-`),
  print: () => undefined,
  warn: () => undefined,
};

/**
 * By bundle: a usual run. V8 compiles a function when it is first called, and only the functions of a usual run are
 * worth reading. It answers from a recording, prints nothing, and leaves nothing behind.
 */
const USUAL_RUNS = {
  program: ({ run }) => {
    const options = { format: 'json', only: [], deep: false, verbose: false };
    return run({ kind: 'check', options }, context);
  },
  start: ({ start }) => {
    const loadFinish = () => Promise.reject(new Error('the recorded node is not healthy'));
    return start(false, context, loadFinish, () => Promise.resolve(NO_LEDGER));
  },
};

async function compile(name, usualRun) {
  const bundle = `${directory}/${name}.cjs`;
  const source = readFileSync(bundle);
  const script = new Script(wrapped(source), { filename: bundle });
  const module = { exports: {} };
  script
    .runInThisContext()
    .call(module.exports, module.exports, createRequire(bundle), module, bundle, directory);
  const code = await usualRun(module.exports);
  if (code !== 0) throw new Error(`the recorded run of ${name} ended with exit code ${code}`);
  const compiled = script.createCachedData();
  writeFileSync(compiledFile(bundle), compiledContent(process, source, compiled));
  // Everybody may run `crio-guard --check`, whatever the umask of who installs it.
  chmodSync(compiledFile(bundle), 0o644);
}

async function compileAll() {
  try {
    for (const [name, usualRun] of Object.entries(USUAL_RUNS)) await compile(name, usualRun);
  } finally {
    rmSync(context.runDirectory, { recursive: true });
  }
}
void compileAll();
