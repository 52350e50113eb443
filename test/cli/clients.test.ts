import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { BuiltProgram, withInstalledModule } from './built-program.js';

// What programs and people read of the built program, where an earlier form misled them.

const skip = BuiltProgram.lacking ?? false;
const STORAGE = '[storage]\ndriver = "zfs"\ngraphroot = "/var/lib/c"\nrunroot = "/run/c"\n';

let guard: BuiltProgram;
beforeEach(() => {
  guard = new BuiltProgram();
  guard.write('/etc/containers/storage.conf', STORAGE);
});
afterEach(() => guard.close());

const npd = (...args: readonly string[]) => guard.run(['--check', '--format=npd', ...args]);

test('what is unknown is an event of family 0 alone, which says what it is', { skip }, () => {
  guard.program('crio', 'echo crio version 1.36.3');
  guard.write('/etc/crio/crio.conf', '[crio]\nroot = "/srv/a"\nRoot = "/srv/b"\n');
  for (const family of ['CG2', 'CG3', 'CG4', 'CG5', 'CG6']) {
    assert.equal(npd(`--only=${family}`).status, 0, family);
  }
  const { status, stdout } = npd('--only=CG0');
  assert.notEqual(status, 0);
  assert.match(stdout, /CG006: .+\n$/);
});

test('a monitor gets one line, also where the command line is wrong', { skip }, () => {
  for (const args of [['--only', 'CG2', 'CG3'], ['--onyl=CG2'], ['--only=CG9'], ['--revert']]) {
    const { status, stdout } = npd(...args);
    assert.equal(status, 64);
    assert.match(stdout, /^unknown: .+\n$/);
  }
});

test('the metrics say what became of a correction', { skip }, () => {
  withInstalledModule(guard);
  guard.run(['--fix', '--yes']);
  const states = guard.read('/run/crio-guard/metrics.prom')?.match(/^crio_guard_correction\{.* 1$/gm);
  // The stand-in for modprobe loads nothing.
  assert.deepEqual(states, ['crio_guard_correction{state="undone"} 1']);
});

test('a flag that no CRI-O is there to judge is named, and no program runs that is missing', { skip }, () => {
  const { status, stdout, stderr } = guard.run(['--check', '--', '--rooot', '/x']);
  assert.equal(status, 2);
  const said = (stdout + stderr).replaceAll(/\s+/g, ' ');
  assert.match(said, /warning CG006: .*-rooot.*CRI-O could not be asked/);
  assert.match(said, /warning CG010: /);
  assert.equal(said.match(/could not run \/usr\/bin\/crio/g)?.length, 1, 'the cause is given once');
  assert.doesNotMatch(said, /\\n|ENOENT|spawn|crio config >/);
});

test('what would be asked of an installed CRI-O is a command', { skip }, () => {
  guard.program('crio', 'if [ "$1" = --version ]; then echo crio version 1.36.3; else exit 3; fi');
  guard.write('/etc/crio/crio.conf', '[crio]\nroot = "/srv/a"\nRoot = "/srv/b"\n');
  assert.match(guard.run(['--check']).stdout, /^ +crio config >\/dev\/null$/m);
});

test('a storage setting in a directory that nothing reads is named', { skip }, () => {
  const unread = '/etc/crio/conf.d/99-nvidia.toml';
  guard.program('crio', 'if [ "$1" = --version ]; then echo crio version 1.36.3; else exit 3; fi');
  guard.write(unread, '[crio]\nstorage_driver = "overlay"\n');
  const { stdout } = guard.run(['--check', '--json']);
  // What is printed is JSON of the report's schema, which other tests hold it to.
  const { findings } = JSON.parse(stdout) as { findings: { code: string; data: unknown }[] };
  const data = findings.filter(({ code }) => code === 'CG118').map((finding) => finding.data);
  assert.deepEqual(data, [{ files: [unread], keys: ['crio.storage_driver'] }]);
});
