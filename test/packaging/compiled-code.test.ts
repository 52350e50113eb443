import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Script } from 'node:vm';
import { compiledFile, useCompiledCode } from '../../src/compiled-code.js';

const directory = mkdtempSync(join(tmpdir(), 'crio-guard-compiled-'));
after(() => rmSync(directory, { recursive: true }));

describe('what was compiled at the installation', () => {
  const require = createRequire(join(directory, 'main.cjs'));
  before(useCompiledCode);
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- as compiled-code.ts says
  after(() => delete require.extensions['.cjs']);

  const text = (word: string): string => `module.exports = '${word}'`;
  const codeOf = (source: string): Buffer => new Script(Module.wrap(source)).createCachedData();
  const load = (name: string, source: string, file?: readonly Uint8Array[]): unknown => {
    const bundle = join(directory, `${name}.cjs`);
    writeFileSync(bundle, source);
    mkdirSync(dirname(compiledFile(bundle)), { recursive: true });
    if (file !== undefined) writeFileSync(compiledFile(bundle), Buffer.concat(file));
    return require(bundle);
  };

  it('is run in the place of the bundle', () => {
    // V8 looks at no more than the length of a source, which shows here whose code it is.
    assert.equal(load('taken', text('one'), [codeOf(text('two')), Buffer.from(text('one'))]), 'two');
  });

  it('is not taken for another bundle', () => {
    assert.equal(load('other', text('one'), [codeOf(text('two')), Buffer.from(text('two'))]), 'one');
    assert.equal(load('longer', text('three'), [codeOf(text('two')), Buffer.from(text('two'))]), 'three');
  });

  it('is not taken when it is cut off, empty or missing', () => {
    const whole = Buffer.concat([codeOf(text('two')), Buffer.from(text('one'))]);
    assert.equal(load('cut-off', text('one'), [whole.subarray(0, -1)]), 'one');
    assert.equal(load('source-alone', text('one'), [Buffer.from(text('one'))]), 'one');
    assert.equal(load('empty', text('one'), [Buffer.alloc(0)]), 'one');
    assert.equal(load('missing', text('one')), 'one');
  });

  it('is refused when another V8 has made it', () => {
    const code = codeOf(text('two'));
    // After the magic number stands what V8 makes of its version.
    code.writeUInt32LE(code.readUInt32LE(4) ^ 1, 4);
    assert.equal(load('other-v8', text('one'), [code, Buffer.from(text('one'))]), 'one');
  });

  it('can load what lies beside it, and knows where it is', () => {
    writeFileSync(join(directory, 'beside.cjs'), text('beside'));
    const source = `module.exports = [require('./beside.cjs'), __filename, __dirname, this === exports]`;
    const found = load('where', source, [codeOf(source), Buffer.from(source)]);
    assert.deepEqual(found, ['beside', join(directory, 'where.cjs'), directory, true]);
  });
});

describe('packaging/tools/compile.js', () => {
  const installed = join(directory, 'installed');
  before(() => {
    cpSync('dist', installed, { recursive: true });
    const { status, stderr } = spawnSync(process.execPath, ['packaging/tools/compile.js', installed]);
    assert.equal(status, 0, String(stderr));
  });

  it('makes code for every bundle that is loaded by another, and V8 takes it', () => {
    const entries = ['main.cjs', 'bus-main.cjs'];
    const bundles = readdirSync(installed).filter((name) => name.endsWith('.cjs') && !entries.includes(name));
    const made = readdirSync(join(installed, 'compiled')).map((name) => basename(name, '.code'));
    assert.deepEqual(made.sort(), bundles.sort());
    for (const name of bundles) {
      const bundle = readFileSync(join(installed, name));
      const file = readFileSync(compiledFile(join(installed, name)));
      const cachedData = file.subarray(0, file.length - bundle.length);
      const script = new Script(Module.wrap(bundle.toString()), { cachedData });
      assert.equal(script.cachedDataRejected, false, name);
    }
  });

  it('changes nothing of what the program says', () => {
    const say = (where: string) => {
      const args = [
        join(where, 'main.cjs'),
        '--fix',
        '--dry-run',
        '--from',
        'test/corpus/hosts/issue-8771.json',
      ];
      const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
      return { status, stdout, stderr };
    };
    assert.deepEqual(say(installed), say('dist'));
    assert.equal(say(installed).status, 1);
  });
});
