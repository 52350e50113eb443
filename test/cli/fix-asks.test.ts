import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, beforeEach, test } from 'node:test';
import { BuiltProgram, withInstalledModule } from './built-program.js';

const terminal =
  spawnSync('script', ['--version']).status === 0 ? undefined : 'script (util-linux) is missing';
const skip = BuiltProgram.lacking ?? terminal ?? false;

const guard = new BuiltProgram();
after(() => guard.close());
withInstalledModule(guard);
beforeEach(() => guard.remove('/loaded', '/run/crio-guard', '/var/lib/crio-guard'));

const QUESTION = 'Carry this out? [y/N]';

test('--fix on a terminal shows the commands and the undo, asks, and obeys', { skip }, () => {
  for (const [typed, loaded] of [
    ['y\n', '-b zfs\n'],
    ['yes\n', '-b zfs\n'],
    ['n\n', undefined],
    ['\n', undefined],
  ] as const) {
    // prettier-ignore
    guard.remove('/loaded');
    const shown = guard.onTerminal(['--fix'], typed);
    const before = shown.slice(0, shown.indexOf(QUESTION));
    assert.notEqual(before, '', shown);
    assert.match(before, /^ +modprobe -b zfs$/m);
    assert.match(before, /undo: modprobe -r zfs/);
    assert.equal(guard.read('/loaded'), loaded, JSON.stringify(typed));
    if (loaded === undefined) assert.match(shown, /Not corrected: it was not confirmed/);
  }
});

test('nobody is asked with --yes, without a terminal, by a dry run, and before a start', { skip }, () => {
  const runs: readonly (readonly [() => string, string | undefined])[] = [
    [() => guard.onTerminal(['--fix', '--yes'], ''), '-b zfs\n'],
    [() => guard.run(['--fix']).stdout, '-b zfs\n'],
    [() => guard.onTerminal(['--prestart'], ''), '-b zfs\n'],
    [() => guard.onTerminal(['--fix', '--dry-run'], ''), undefined],
  ];
  for (const [run, loaded] of runs) {
    guard.remove('/loaded');
    const shown = run();
    assert.ok(!shown.includes(QUESTION), shown);
    assert.equal(guard.read('/loaded'), loaded, shown);
  }
});

test('a user other than root is told at once what needs root and what does not', { skip }, () => {
  for (const command of ['--fix', '--revert']) {
    const { status, stderr } = guard.run([command], {}, { isUnprivileged: true });
    assert.notEqual(status, 0);
    assert.match(
      stderr,
      /^crio-guard: .*only root can change this host; .*--check.*--fix --dry-run.*--revert --list/m,
    );
  }
  const dry = guard.run(['--fix', '--dry-run'], {}, { isUnprivileged: true });
  assert.doesNotMatch(dry.stderr, /only root/);
});
