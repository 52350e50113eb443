import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../src/main.js', import.meta.url));
const ISSUE = 'test/corpus/hosts/issue-8771.json';

const directory = mkdtempSync(join(tmpdir(), 'crio-guard-process-'));
after(() => rmSync(directory, { recursive: true }));

/** Runs the program by a shell, in which `guard` stands for it; several runs at a time save a minute. */
function shell(script: string): {
  readonly status: number | null;
  readonly out: string;
  readonly error: string;
} {
  const text = `guard() { "${process.execPath}" "${MAIN}" "$@"; }\n${script}`;
  const { status, stdout, stderr } = spawnSync('bash', ['-c', text], { encoding: 'utf8' });
  assert.doesNotMatch(stderr, /^\s+at |node:internal|Unhandled/m, 'a stack trace');
  return { status, out: stdout, error: stderr };
}

test('a reader that goes away is not an error, and the verdict keeps its exit code', () => {
  const { out, error } = shell(
    `guard --check --json --from ${ISSUE} | true; echo "\${PIPESTATUS[0]}"
     guard --list-rules | head -1; echo "\${PIPESTATUS[0]}"`,
  );
  assert.equal(out, '1\nthe guard itself\n0\n');
  assert.equal(error, '');
});

test('what cannot be written is said in one line, and does not pass for well', () => {
  if (!existsSync('/dev/full')) return;
  const full = shell('guard --version > /dev/full');
  assert.equal(full.status, 2);
  assert.match(full.error, /^crio-guard: standard output could not be written: .*no space.*\n$/i);
  assert.equal(shell(`guard --check --from ${ISSUE} > /dev/full 2>/dev/full`).status, 1);
  assert.equal(shell('guard --version >&-').status, 0);
  assert.equal(shell('guard --nonsense 2>&-').status, 64);
});

test('unusable files are named in one line', () => {
  const foreign = join(directory, 'foreign.json');
  writeFileSync(foreign, '{"a":1}\n');
  for (const file of [directory, '/dev/null', foreign, join(directory, 'none')]) {
    const { status, error } = shell(`guard --from ${file}`);
    assert.equal(status, 64);
    assert.match(error, new RegExp(`^crio-guard: [^\\n]*${file}: [^\\n]+\\n$`));
  }
});

test('a recording that is older than a rule is judged by the other rules, and says so', () => {
  const recording = readFileSync('test/corpus/hosts/healthy.json', 'utf8').split('\n');
  const older = join(directory, 'older.json');
  writeFileSync(older, recording.filter((line) => !line.includes('kubelet.service')).join('\n'));
  const { status, out } = shell(`guard --json --from ${older}`);
  assert.equal(status, 0);
  assert.match(out, /"notRecorded": \[[^\]]*"CG512"/);
  assert.match(shell(`guard --from ${older}`).out, /recording is older: .*CG512/);
});

test('metrics that cannot be written do not pass for well', () => {
  const healthy = shell(`guard --metrics=${directory} --format=npd --from test/corpus/hosts/healthy.json`);
  assert.equal(healthy.status, 2);
  assert.match(healthy.error, /^crio-guard: a file could not be written: \/[^\n]+\n$/);
  const file = join(directory, 'crio-guard.prom');
  assert.equal(shell(`guard --metrics=${file} --format=npd --from ${ISSUE}`).status, 1);
  assert.match(readFileSync(file, 'utf8'), /^crio_guard_verdict\{verdict="error"\} 1$/m);
});

test('a code that no rule has is not "nothing found"', () => {
  const { status, error } = shell(`guard --format=npd --only=CG2,CG9 --from ${ISSUE}`);
  assert.equal(status, 64);
  assert.match(error, /begins with "CG9"/);
});

test('switched off it says so, as a warning of its own log', () => {
  const { status, out, error } = shell('CRIO_GUARD_MODE=off guard --prestart');
  assert.equal(status, 0);
  assert.equal(out, '');
  assert.equal(error, '<4>crio-guard: mode is "off": CRI-O starts unchecked\n');
});
