import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { isRecord, parseRecord } from '../../src/text/json-record.js';
import { BuiltProgram, withInstalledModule } from './built-program.js';

const CONF = '/etc/crio-guard/crio-guard.conf';
const DROP_IN = '/etc/crio-guard/crio-guard.conf.d/50.conf';
const skip = BuiltProgram.lacking ?? false;

const guard = new BuiltProgram();
after(() => guard.close());
withInstalledModule(guard);

beforeEach(() => guard.remove('/etc/crio-guard', '/loaded', '/run/crio-guard', '/var/lib/crio-guard'));

/** Exit code, state of the correction, and why it was refused. */
function fix(...more: readonly string[]) {
  const { status, stdout } = guard.run(['--fix', '--json', ...more]);
  const correction = parseRecord(stdout)?.['correction'];
  assert.ok(isRecord(correction), stdout);
  return { status, state: correction['state'], refusal: String(correction['refusal']) };
}

const prestart = (environment = {}) => guard.run(['--prestart'], environment);

test('the machine of these tests is corrected when nothing is wrong with the configuration', { skip }, () => {
  guard.write(CONF, 'mode = "fix"\n');
  assert.equal(fix('--dry-run').state, 'planned');
  assert.equal(guard.read('/loaded'), undefined);
  assert.equal(prestart().stdout, 'stop\n');
  assert.equal(guard.read('/loaded'), '-b zfs\n');
});

const mistakes: readonly (readonly [string, string, RegExp])[] = [
  [CONF, 'mode = "chekc"\n', /crio-guard\.conf:1: mode must be .*"chekc"/],
  [DROP_IN, '\nmodus = "fix"\n', /crio-guard\.conf\.d\/50\.conf:2: unknown key modus/],
  [CONF, 'deadline = "5"\n', /crio-guard\.conf:1: deadline must be/],
  [CONF, 'ignore = [504]\n', /crio-guard\.conf:1: ignore must hold/],
  [CONF, 'mode = fix\n', /crio-guard\.conf: toml: line 1 \(last key "mode"\)/],
];
for (const [file, text, named] of mistakes) {
  test(`nothing is corrected with ${JSON.stringify(text)}, and the line is named`, { skip }, () => {
    guard.write(file, text);
    // What D-Bus asks for with Fix is `--fix --json`, with and without `--dry-run`.
    for (const options of [[], ['--dry-run']]) {
      const { status, state, refusal } = fix(...options);
      assert.deepEqual([status, state], [1, 'refused']);
      assert.match(refusal, named);
    }
    const { stdout, stderr } = prestart();
    // The default holds: the start that is proved to fail is stopped.
    assert.equal(stdout, 'stop\n');
    assert.match(stderr, new RegExp(`CG003.*${named.source}`));
    assert.equal(guard.read('/loaded'), undefined);
  });
}

test('a mistake in the variable is named, and nothing is corrected', { skip }, () => {
  const { stdout, stderr } = prestart({ CRIO_GUARD_MODE: 'chekc' });
  assert.equal(stdout, 'stop\n');
  assert.match(stderr, /CG003.*CRIO_GUARD_MODE is "chekc"/);
  assert.equal(guard.read('/loaded'), undefined);
});

test('mode "check" reports, corrects nothing, and CRI-O starts', { skip }, () => {
  guard.write(CONF, 'mode = "check"\n');
  const { status, stdout, stderr } = prestart();
  assert.deepEqual([status, stdout], [0, '']);
  assert.match(stderr, /^<3>crio-guard: .*CG205/m);
  assert.equal(guard.read('/loaded'), undefined);
});

test('mode "off" says so at every start, and CRI-O starts', { skip }, () => {
  guard.write(CONF, 'mode = "off"\n');
  for (const start of ['first', 'second']) {
    const { status, stdout, stderr } = prestart();
    assert.deepEqual([status, stdout], [0, ''], start);
    assert.equal(stderr, '<4>crio-guard: mode is "off": CRI-O starts unchecked\n', start);
  }
  assert.equal(guard.read('/loaded'), undefined);
});
