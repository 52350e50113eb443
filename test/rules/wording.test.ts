import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, test } from 'node:test';
import { documentedRules as rules } from '../../src/rules/index.js';
import type { DocumentedRule, ExampleMachine } from '../../src/rules/rule.js';
import { matchesSnapshot } from '../hosts/snapshot.js';
import { diagnoseExample } from './machine.js';

const DIRECTORY = 'test/corpus/rules';

/** What an administrator reads: the message and the advice on each failing example. */
async function wordingOf(rule: DocumentedRule): Promise<string> {
  const texts = await Promise.all(rule.examples.fail.map((example) => wordingOn(rule, example)));
  return [...new Set(texts)].join('\n');
}

async function wordingOn(rule: DocumentedRule, example: ExampleMachine): Promise<string> {
  const answer = rule.check(await diagnoseExample(example));
  assert.equal(answer.kind, 'finding');
  const advice = rule
    .advice(answer.data)
    .map(({ kind, line }) => `  ${kind === 'file' ? '  ' : ''}${line}\n`);
  return `${rule.message(answer.data)}\n${advice.join('')}`;
}

describe('the wording of the rules (UPDATE=1 rewrites test/corpus/rules)', () => {
  for (const rule of rules) {
    test(rule.code, async () => {
      matchesSnapshot(`${DIRECTORY}/${rule.code}.txt`, await wordingOf(rule));
    });
  }

  test('every file belongs to a rule', () => {
    const codes = rules.map(({ code }) => `${code}.txt`);
    assert.deepEqual(readdirSync(DIRECTORY).sort(), codes.sort());
  });
});
