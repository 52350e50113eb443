import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Script } from 'node:vm';
import { compiledContent, compiledFile, loadCompiled, wrapped } from '../../src/compiled-code.js';

const directory = mkdtempSync(join(tmpdir(), 'crio-guard-compiled-'));
after(() => rmSync(directory, { recursive: true }));

describe('loadCompiled', () => {
  const text = (word: string): string => `module.exports = '${word}'`;
  const codeOf = (source: string): Buffer => new Script(Module.wrap(source)).createCachedData();
  const fileOf = (source: string, code: Buffer): Buffer =>
    compiledContent(process, Buffer.from(source), code);
  const load = (name: string, source: string, file?: Uint8Array): Promise<unknown> => {
    const bundle = join(directory, `${name}.cjs`);
    writeFileSync(bundle, source);
    if (file !== undefined) writeFileSync(compiledFile(bundle), file);
    return loadCompiled(bundle, { node: process, require: createRequire(bundle) });
  };

  it('wraps a bundle as Node does', () => {
    assert.equal(wrapped(Buffer.from(text('one'))), Module.wrap(text('one')));
  });

  it('runs the compiled code in place of the source', async () => {
    // V8 compares only the lengths of the sources, so the result shows which code ran.
    assert.equal(await load('taken', text('one'), fileOf(text('one'), codeOf(text('two')))), 'two');
  });

  it('refuses the code of another source', async () => {
    assert.equal(await load('other', text('one'), fileOf(text('two'), codeOf(text('two')))), undefined);
  });

  it('refuses the code of another Node', async () => {
    const code = codeOf(text('two'));
    const other = { version: 'v18.0.0', arch: process.arch };
    const content = compiledContent(other, Buffer.from(text('one')), code);
    assert.equal(await load('other-node', text('one'), content), undefined);
  });

  it('refuses a file that is cut off, empty, missing or changed in any byte', async () => {
    const whole = fileOf(text('one'), codeOf(text('two')));
    assert.equal(await load('cut-off', text('one'), whole.subarray(0, -1)), undefined);
    assert.equal(await load('empty', text('one'), Buffer.alloc(0)), undefined);
    assert.equal(await load('missing', text('one')), undefined);
    for (let at = 0; at < whole.length; at += 1) {
      const changed = Buffer.from(whole);
      changed.writeUInt8(changed.readUInt8(at) ^ 4, at);
      assert.equal(await load('changed', text('one'), changed), undefined, `byte ${at}`);
    }
  });

  it('compiles the source where V8 refuses code that is whole', async () => {
    const code = codeOf(text('two'));
    // V8's version follows the magic number.
    code.writeUInt32LE((code.readUInt32LE(4) ^ 1) >>> 0, 4);
    assert.equal(await load('other-v8', text('one'), fileOf(text('one'), code)), 'one');
  });

  it('gives the code its own place: what lies beside it, its file name, its directory', async () => {
    writeFileSync(join(directory, 'beside.cjs'), text('beside'));
    const source = `module.exports = [require('./beside.cjs'), __filename, __dirname, this === exports]`;
    const found = await load('where', source, fileOf(source, codeOf(source)));
    assert.deepEqual(found, ['beside', join(directory, 'where.cjs'), directory, true]);
  });
});

describe('packaging/tools/compile.js', () => {
  const installed = join(directory, 'installed');
  const bundle = join(installed, 'program.cjs');
  before(() => {
    cpSync('dist', installed, { recursive: true });
    const { status, stderr } = spawnSync(process.execPath, [join(installed, 'compile.cjs')]);
    assert.equal(status, 0, String(stderr));
  });

  for (const name of ['program', 'start']) {
    it(`makes code of ${name}.cjs that this Node takes`, () => {
      const path = join(installed, `${name}.cjs`);
      const source = readFileSync(path);
      const file = readFileSync(compiledFile(path));
      const length = (file.length - `${process.version} ${process.arch}\n`.length - source.length) / 2;
      const cachedData = file.subarray(-length);
      assert.ok(file.equals(compiledContent(process, source, cachedData)));
      const script = new Script(Module.wrap(source.toString()), { cachedData });
      assert.equal(script.cachedDataRejected, false);
    });
  }

  it('does not change the output of the program, whether its code is used or refused', () => {
    const run = (where: string) => {
      const main = join(where, 'main.cjs');
      const args = [main, '--fix', '--dry-run', '--from', 'test/corpus/hosts/issue-8771.json'];
      const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
      return { status, stdout, stderr };
    };
    const plain = run('dist');
    assert.equal(plain.status, 1);
    assert.deepEqual(run(installed), plain);
    const file = readFileSync(compiledFile(bundle));
    file.writeUInt8(file.readUInt8(file.length - 5000) ^ 1, file.length - 5000);
    writeFileSync(compiledFile(bundle), file);
    assert.deepEqual(run(installed), plain);
  });
});
