import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explain, listRules, ruleText } from '../../src/cli/explain.js';
import { helpText } from '../../src/cli/help.js';
import { displayWidth } from '../../src/text/width.js';
import { documentedRules as rules } from '../../src/rules/index.js';

/** What is printed, warned of and returned. */
function asked(word: string): { readonly out: string; readonly error: string; readonly code: number } {
  const [out, error]: [string[], string[]] = [[], []];
  const printing = {
    print: (text: string) => void out.push(text),
    warn: (text: string) => void error.push(text),
    columns: 80,
  };
  return { code: explain(word, false, printing), out: out.join(''), error: error.join('') };
}

test('a rule is found by its code and by its name, in any case', () => {
  for (const word of ['CG201', 'cg201', 'graphroot-is-mountpoint', 'Graphroot-Is-Mountpoint']) {
    assert.match(asked(word).out, /^CG201 /, word);
  }
});

test('a mistyped rule gets the nearest name, and any other word the list of rules', () => {
  assert.match(asked('graphroot-is-mountpont').error, /try: crio-guard --explain graphroot-is-mountpoint$/m);
  assert.match(asked('CG21').error, /try: crio-guard --explain CG2\d\d$/m);
  const { error, code, out } = asked('CG999\n\u001b[31m');
  assert.match(
    error,
    /^crio-guard: no rule is called CG999\\n\\x1b\[31m\n {2}try: crio-guard --list-rules\n$/,
  );
  assert.equal(code, 64);
  assert.equal(out, '');
});

test('no line of a text is longer than the terminal, unless it is a word that cannot be broken', () => {
  const listed: string[] = [];
  for (const columns of [80, 40]) {
    listRules(false, { print: (text) => void listed.push(text), warn: () => undefined, columns });
    const texts = [helpText(columns), listed.pop() ?? '', ...rules.map((rule) => ruleText(rule, columns))];
    for (const line of texts.join('\n').split('\n')) {
      // A command is not broken either.
      const isWhole = !line.trimStart().includes(' ') || line.startsWith('  journalctl MESSAGE_ID=');
      if (!isWhole) assert.ok(displayWidth(line) <= columns, `${columns}: ${line}`);
    }
  }
});

test('every rule is listed once', () => {
  const listed: string[] = [];
  listRules(false, { print: (text) => void listed.push(text), warn: () => undefined, columns: 80 });
  const codes = [...listed.join('').matchAll(/^ {2}(CG\d\d\d) /gm)].map(([, code]) => code);
  assert.deepEqual(
    codes,
    rules.map(({ code }) => code),
  );
});
