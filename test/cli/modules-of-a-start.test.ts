import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, describe, test } from 'node:test';
import { BuiltProgram } from './built-program.js';

/** Writes the modules of Node that a process has loaded by its end. */
const PROBE = `process.on('exit', () => require('node:fs').writeFileSync('/loaded', process.moduleLoadList.join('\\n')));`;

/** What costs the most, and a host without ZFS does not need: it starts no program and keeps no digest. */
const NOT_NEEDED = ['crypto', 'child_process', 'module', 'worker_threads', 'perf_hooks', 'readline'];

describe('the modules of Node that a start loads', { skip: BuiltProgram.lacking }, () => {
  const guard = new BuiltProgram();
  after(() => guard.close());
  guard.write('/probe.cjs', PROBE);

  const bare = spawnSync(
    process.execPath,
    ['-e', `require('node:fs').writeSync(1, process.moduleLoadList.join('\\n'))`],
    { encoding: 'utf8' },
  ).stdout.split('\n');

  /** Of those that Node itself does not load. */
  function loadedBy(argument: string, names: readonly string[]): readonly string[] {
    guard.remove('/loaded');
    guard.run([argument], { NODE_OPTIONS: '--require=/probe.cjs' });
    const loaded = (guard.read('/loaded') ?? '').split('\n').filter((line) => !bare.includes(line));
    return names.filter((name) => loaded.includes(`NativeModule ${name}`));
  }

  test('a host without ZFS loads none of the costly ones', () => {
    assert.deepEqual(loadedBy('--prestart', NOT_NEEDED), []);
  });

  test('a check that prints loads streams, which the probe sees', () => {
    assert.notDeepEqual(loadedBy('--check', ['net', 'stream/promises']), []);
  });
});
