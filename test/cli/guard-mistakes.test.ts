import assert from 'node:assert/strict';
import { realpathSync } from 'node:fs';
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
  [CONF, 'ignore = [504]\n', /crio-guard\.conf:1: ignore must be/],
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
  assert.match(stderr, /CG003.*CRIO_GUARD_MODE: mode must be .*"chekc"/);
  assert.equal(guard.read('/loaded'), undefined);
});

test('a variable that crio-guard does not know is named, and nothing is corrected', { skip }, () => {
  const { stdout, stderr } = prestart({ CRIO_GUARD_MOED: 'off' });
  assert.equal(stdout, 'stop\n');
  assert.match(stderr, /CG003.*unknown variable CRIO_GUARD_MOED; did you mean CRIO_GUARD_MODE\?/);
  assert.equal(guard.read('/loaded'), undefined);
});

test('a correction that is not named is refused with the key, and the start is stopped', { skip }, () => {
  guard.write(DROP_IN, '\ncorrections = ["CG201"]\n');
  const { state, refusal } = fix();
  assert.equal(state, 'refused');
  assert.match(refusal, /"corrections" .*50\.conf:2 \(corrections\)\) does not name CG205$/);
  const { stdout, stderr } = prestart();
  assert.equal(stdout, 'stop\n');
  assert.match(stderr, /50\.conf:2 \(corrections\)/);
  assert.equal(guard.read('/loaded'), undefined);
  prestart({ CRIO_GUARD_CORRECTIONS: 'CG201,CG205' });
  assert.equal(guard.read('/loaded'), '-b zfs\n');
});

test('a threshold of the configuration decides what is reported', { skip }, () => {
  const healthy = ['--check', '--json', '--from', `/host${realpathSync('test/corpus/hosts/healthy.json')}`];
  const codes = (environment = {}) => {
    const { stdout } = guard.run(healthy, environment);
    return [...stdout.matchAll(/"code": ?"(\w+)"/g)].map(([, code]) => code);
  };
  assert.ok(!codes().includes('CG502'));
  guard.write(CONF, 'space_minimum = 1048576\n');
  assert.ok(codes().includes('CG502'));
  assert.ok(!codes({ CRIO_GUARD_SPACE_MINIMUM: '256' }).includes('CG502'));
});

test('--config shows each setting of crio-guard with its origin and what it replaced', { skip }, () => {
  guard.write(CONF, 'mode = "check"\nspace_minimum = 1024\nsubdirectory = "zfs"\n');
  const environment = { CRIO_GUARD_MODE: 'fix' };
  const { stdout } = guard.run(['--config', '--json'], environment);
  const settings = parseRecord(stdout)?.['guard'];
  assert.ok(isRecord(settings), stdout);
  const at = (key: string, line: number) => ({ kind: 'file', path: CONF, key, line });
  assert.deepEqual(settings['mode'], {
    value: 'fix',
    origin: { kind: 'environment', name: 'CRIO_GUARD_MODE' },
    overrode: [
      { value: 'check', origin: at('mode', 1) },
      { value: 'fix', origin: { kind: 'built-in' } },
    ],
  });
  assert.deepEqual(
    isRecord(settings['space_minimum']) && settings['space_minimum']['origin'],
    at('space_minimum', 2),
  );
  assert.equal(isRecord(settings['subdirectory']) && settings['subdirectory']['value'], 'containers');
  const { stdout: text } = guard.run(['--config'], environment);
  assert.match(text, /^space_minimum +1024$/m);
  assert.match(text, /crio-guard\.conf:3: subdirectory must be/);
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
