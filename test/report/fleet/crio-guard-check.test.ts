import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import {
  becomesEvent,
  installScript,
  nextCondition,
  runPlugin,
  SHELLS,
  type DetectorConfig,
} from './detector.js';
import { withoutProgram } from '../../without-program.js';

const work = mkdtempSync(join(tmpdir(), 'crio-guard-npd-'));
after(() => rmSync(work, { recursive: true }));

// The file is ours; its form is asserted in the tests of the fleet.
const config = JSON.parse(
  readFileSync('packaging/node-problem-detector/crio-guard-condition.json', 'utf8'),
) as DetectorConfig;

const guard = join(work, 'crio-guard');
const script = installScript('crio-guard-check', work, '/usr/bin/crio-guard', guard);

/** Puts a program in the place of crio-guard. */
function program(text: string): void {
  writeFileSync(guard, text);
  chmodSync(guard, 0o755);
}

const answerOf = (shell: readonly string[], ...args: string[]) =>
  runPlugin([...shell, script, ...args], { PATH: '/usr/bin:/bin' }, config.pluginConfig.max_output_length);

for (const shell of SHELLS) {
  const name = shell.join(' ');
  const skip = withoutProgram(shell[0]);

  test(`${name}: the answer of crio-guard is passed on as it is`, { skip }, () => {
    program('#!/bin/sh\necho "$*"; echo words >&2; exit 1\n');
    assert.deepEqual(answerOf(shell), { status: 'NonOK', message: '--check --format=npd' });
    assert.equal(answerOf(shell, '--only=CG5').message, '--check --format=npd --only=CG5');
    program('#!/bin/sh\necho "ok: a % b"\n');
    assert.deepEqual(answerOf(shell), { status: 'OK', message: 'ok: a % b' });
  });

  test(`${name}: a program that cannot be run is unknown, in one line`, { skip }, () => {
    const broken: readonly [string, RegExp][] = [
      ['#!/nonexistent/node\n', /is Node installed\?$/],
      ['#!/bin/sh\nkill -KILL $$\n', /18 seconds$/],
      ['#!/bin/sh\nexit 3\n', /exit code 3$/],
    ];
    for (const [text, why] of broken) {
      program(text);
      const answer = answerOf(shell);
      assert.equal(answer.status, 'Unknown');
      assert.match(answer.message, why);
      assert.ok(becomesEvent(answerOf(shell, '--only=CG0')));
      assert.ok(!becomesEvent(answerOf(shell, '--only=CG5,CG6')));
    }
  });
}

test('what the condition says, from the start of the detector on', () => {
  const [preset] = config.conditions;
  assert.ok(preset !== undefined);
  const first = { status: 'False', reason: preset.reason, message: preset.message } as const;
  const wrong = nextCondition(first, { status: 'NonOK', message: 'CG201: x' }, config);
  assert.deepEqual(wrong, { status: 'True', reason: 'CrioStorageIsWrong', message: 'CG201: x' });
  assert.equal(nextCondition(wrong, { status: 'NonOK', message: 'CG401: y' }, config).message, 'CG401: y');
  const unknown = nextCondition(wrong, { status: 'Unknown', message: 'unknown: z' }, config);
  assert.deepEqual(unknown, { status: 'Unknown', reason: preset.reason, message: 'unknown: z' });
  // The same reason stands beside Unknown and beside False: it may claim neither.
  assert.doesNotMatch(preset.reason, /fine|ok|healthy|good|unknown/i);
  assert.deepEqual(nextCondition(unknown, { status: 'OK', message: '' }, config), first);
});
