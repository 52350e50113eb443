import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { readGuardConfiguration } from '../../src/config/guard-config.js';
import { GUARD_KEYS, GUARD_SCHEMA } from '../../src/config/guard-settings.js';
import { TOML_1_6 } from '../../src/toml/dialect.js';
import { parseToml } from '../../src/toml/toml.js';
import { MemoryHost } from '../host/memory-host.js';
import { filesBelow, make } from './installation.js';
import { withoutProgram } from '../without-program.js';

const root = mkdtempSync(join(tmpdir(), 'crio-guard-installed-'));
const LIBRARY = '/usr/share/crio-guard';
const RECORDED = ['--from', 'test/corpus/hosts/healthy.json'];
const here = (path: string): string => join(root, path);
const text = (path: string): string => readFileSync(here(path), 'utf8');

/** Runs a program without any variable of this process. */
function run(program: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', env: {} });
  return { status, stdout, stderr };
}

/** The file as its reader sees it. Where the reader is not installed, the file is left to the other machines. */
const by =
  (program: string, ...args: readonly string[]) =>
  (path: string): void => {
    if (withoutProgram(program) !== false) return;
    assert.deepEqual(run(program, ...args, here(path)), { status: 0, stdout: '', stderr: '' }, path);
  };

function guard(...args: readonly string[]): string {
  const { status, stdout, stderr } = run(here(`${LIBRARY}/main.cjs`), ...args);
  assert.equal(status, 0, stderr);
  return stdout + stderr;
}

/** With the real arguments of the unit. Without a bus it says so. */
function startBusService(): void {
  const unit = text('/usr/lib/systemd/system/crio-guard-dbus.service');
  const [node = '', ...args] = (/^ExecStart=(.*)$/m.exec(unit)?.[1] ?? '').split(' ');
  const bundle = here(args.pop() ?? '');
  const { status, stderr } = run(node, ...args, bundle, '--address=unix:path=/none');
  assert.equal(status, 1);
  assert.match(stderr, /crio-guard-dbus: \/none: connect ENOENT/);
}

/** Corrections alone load this one. */
function runChange(): void {
  const deadline = '{ remaining: () => 9999, bound: (result) => result }';
  const script = `require('${here(`${LIBRARY}/change.cjs`)}')
    .runChange('/bin/sh', ['-c', 'exit 3'], ${deadline}, { environment: {} })
    .then((answer) => console.log(answer.value.exitCode))`;
  assert.deepEqual(run(process.execPath, '-e', script), { status: 0, stdout: '3\n', stderr: '' });
}

/** Before a start, on a host that ZFS may concern. A run of it would leave a report on this machine. */
function loadStart(): void {
  const script = `console.log(typeof require('${here(`${LIBRARY}/start.cjs`)}').start)`;
  assert.deepEqual(run(process.execPath, '-e', script), { status: 0, stdout: 'function\n', stderr: '' });
}

const STARTS: Readonly<Record<string, () => void>> = {
  main: () => assert.match(guard('--version'), /^crio-guard \d/),
  program: () => assert.match(guard('--check', ...RECORDED), /^ok: /),
  start: loadStart,
  explain: () => assert.match(guard('--explain', 'CG201'), /CG201/),
  log: () => assert.notEqual(guard('--check', '--verbose', ...RECORDED), guard('--check', ...RECORDED)),
  change: runChange,
  'bus-main': startBusService,
  // `make install` has run it.
  compile: () => {
    for (const name of ['start', 'program']) assert.ok(existsSync(here(`${LIBRARY}/${name}.code`)));
  },
};

/** systemd ignores a line that it does not understand. */
function parseUnit(path: string): void {
  let section: string | undefined;
  for (const line of text(path).replaceAll(/\\\n/g, ' ').split('\n')) {
    section = /^\[([A-Z][\w -]*)\]$/.exec(line)?.[1] ?? section;
    assert.match(line, /^(?:#.*|\[[A-Z][\w -]*\]|[A-Z][A-Za-z]*=.*|)$/, path);
    if (/^[A-Z]/.test(line)) assert.notEqual(section, undefined, line);
  }
}

/** As an administrator makes a configuration of it. */
async function readExample(path: string): Promise<void> {
  const lines = text(path).replaceAll(/^#(?=\w+ = )/gm, '');
  const host = new MemoryHost({ files: { '/etc/crio-guard/crio-guard.conf': lines } });
  const configuration = await readGuardConfiguration(host, []);
  assert.deepEqual(configuration.problems, []);
  for (const key of GUARD_KEYS) {
    assert.equal(configuration.origins[key].origin.kind, 'file', key);
    // An empty list would show nothing.
    if (key !== 'ignore') assert.deepEqual(configuration[key], GUARD_SCHEMA[key].initial, key);
  }
}

async function readStorageConf(path: string): Promise<void> {
  const { kind } = await parseToml(readFileSync(here(path)), TOML_1_6);
  assert.equal(kind, 'document');
}

/** Who reads a file of this path. */
const READERS: readonly (readonly [RegExp, (path: string) => void | Promise<void>])[] = [
  [/\/crio-guard\/[\w-]+\.cjs$/, (path) => STARTS[basename(path, '.cjs')]?.() ?? undefined],
  // That Node takes it: compiled-code.test.ts.
  [/\/crio-guard\/(start|program)\.code$/, (path) => assert.notEqual(lstatSync(here(path)).size, 0)],
  [/\/bin\/crio-guard$/, (path) => assert.ok(lstatSync(here(path)).isSymbolicLink())],
  [/\/systemd\/system\//, parseUnit],
  [/\/system-services\/.*\.service$/, parseUnit],
  [/\.json$/, (path) => assert.equal(typeof JSON.parse(text(path)), 'object')],
  [/\.(?:xml|policy)$|\/system\.d\/.*\.conf$/, by('xmllint', '--noout', '--nonet')],
  [/\/man\d\//, by('mandoc', '-Tlint')],
  [/\/node-problem-detector\/crio-guard-[a-z]+$/, by('sh', '-n')],
  // Its own tests read what is in it.
  [/\.ya?ml$/, (path) => assert.doesNotMatch(text(path), /\t/)],
  [/\/bash-completion\//, by('bash', '-n')],
  [/\/zsh\//, by('zsh', '-n')],
  [/\/fish\//, by('fish', '--no-execute')],
  // What is in them: documents.test.ts.
  [/\.catalog$/, (path) => assert.match(text(path), /^-- [0-9a-f]{32}$/m)],
  [/\/sysusers\.d\//, (path) => assert.match(text(path), /^u crio-guard - "[^"]+"\n$/m)],
  [/\/storage\.conf$/, readStorageConf],
  [/\.example$/, readExample],
  [/\/(?:LICENSE|THIRD-PARTY-LICENSES|[\w.-]+\.md)$/, (path) => assert.ok(text(path).length > 500)],
];

describe('every file that make install installs', () => {
  before(() => make('install', `DESTDIR=${root}`, 'PREFIX=/usr', `NODE_PROGRAM=${process.execPath}`));
  after(() => rmSync(root, { recursive: true }));

  it('is started or read as its reader does it', async () => {
    for (const path of filesBelow(root)) {
      const reader = READERS.find(([pattern]) => pattern.test(path));
      assert.ok(reader !== undefined, `${path}: nothing here reads it`);
      if (path.endsWith('.cjs')) assert.ok(basename(path, '.cjs') in STARTS, path);
      await reader[1](path);
    }
  });

  it('names files of the program only where they are', () => {
    const ours = /\/usr\/(?:bin|share|lib)\/[\w./@-]*crio-?guard[\w./@-]*/g;
    const missing = filesBelow(root).flatMap((path) => {
      if (path.endsWith('.code') || lstatSync(here(path)).isSymbolicLink()) return [];
      const named = text(path).replaceAll('\\-', '-').match(ours) ?? [];
      const paths = named.map((found) => found.replace(/[./]+$/, ''));
      return paths.filter((found) => lstatSync(here(found), { throwIfNoEntry: false }) === undefined);
    });
    assert.deepEqual(missing, []);
  });

  it('names no directory of the build, no registry, and no path that was not filled in', () => {
    for (const path of filesBelow(root)) {
      if (path.endsWith('.code') || lstatSync(here(path)).isSymbolicLink()) continue;
      const found = text(path).replaceAll(process.execPath, '');
      assert.ok(!found.includes(process.cwd()), path);
      assert.doesNotMatch(found, /registry\.npm|@(?!CRIO_GUARD_)[A-Z_]+@/, path);
    }
  });
});
