import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { describe, it, test } from 'node:test';
import { promisify } from 'node:util';
import { MORE, TABLE } from './mistakes.js';

const run = promisify(execFile);

async function answerTo(typed: string): Promise<{ code: unknown; stdout: string; stderr: string }> {
  try {
    return { code: 0, ...(await run(process.execPath, ['dist/main.cjs', ...typed.split(' ')])) };
  } catch (error) {
    assert.ok(error instanceof Error && 'code' in error && 'stdout' in error && 'stderr' in error);
    return { code: error.code, stdout: String(error.stdout), stderr: String(error.stderr) };
  }
}

async function isAnswered(typed: string, says: RegExp, offers: string): Promise<void> {
  const { code, stdout, stderr } = await answerTo(typed);
  assert.equal(code, 64, stdout + stderr);
  const [message = '', hint, ...rest] = stderr.trimEnd().split('\n');
  assert.match(message, /^crio-guard: [^ ].*[^.]$/);
  assert.match(message, says);
  assert.equal(hint, `  try: crio-guard ${offers}`);
  assert.deepEqual(rest, []);
  const isNpd = /--format[= ]npd/.test(typed);
  assert.match(stdout, isNpd ? /^unknown: wrong command line: [^\n]+\n$/ : /^$/);
}

describe('a wrong command line: what was wrong, and the nearest right one', { concurrency: 2 }, () => {
  for (const [kind, typed, says, offers] of TABLE)
    it(`${kind}: ${typed}`, () => isAnswered(typed, says, offers));
  for (const [typed, offers] of MORE) it(`${typed} -> ${offers}`, () => isAnswered(typed, /./, offers));
});

test('a line that was quoted as a whole is taken apart', () => {
  const { stderr } = spawnSync(process.execPath, ['dist/main.cjs', '--fix --dry-run'], { encoding: 'utf8' });
  assert.match(stderr, /is one word.*\n {2}try: crio-guard --fix --dry-run\n/);
});

test('the digits of a code are enough', () => {
  const { status, stdout } = spawnSync(process.execPath, ['dist/main.cjs', '--explain', '201'], {
    encoding: 'utf8',
  });
  assert.equal(status, 0);
  assert.match(stdout, /^CG201 graphroot-is-mountpoint/);
});
