import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { healthyNode, limit } from '../hostile/healthy-node.js';
import { FORMS } from '../hostile/forms.js';
import { MALFORMED } from '../host/recorded/malformed.js';
import { lackOfSilence } from '../hostile/silent-paths.js';
import * as fs from 'node:fs';
import { BuiltProgram } from './built-program.js';

const skip = BuiltProgram.lacking ?? false;
const node = healthyNode(30);
after(() => node.close());

const AT = '/given';
/** All are refused by test/host/recorded/recorded-host.test.ts; through the program those that differ in kind. */
const SOME = new Set([
  'empty',
  'an array',
  'a newer version',
  'a status that is a text',
  'NUL bytes',
  'cut off in a line',
  'a question of lists in lists',
]);

for (const [what, [text, place]] of Object.entries(MALFORMED)) {
  if (!SOME.has(what)) continue;
  test(`--from ends with 64, and names the file and the place in it: ${what}`, { skip }, () => {
    node.write(AT, text);
    const { status, stdout, stderr } = node.run(['--check', '--from', AT]);
    assert.deepEqual([status, stdout], [64, '']);
    // One line: no stack trace.
    assert.match(stderr, /^crio-guard: \/given: [^\n]+\n$/);
    assert.ok(stderr.includes(place), stderr);
  });
}

test(
  '--from ends with 64 where the user may not read the file',
  { skip: skip === false && process.getuid?.() === 0 ? false : 'only root can run it as another user' },
  () => {
    node.remove(AT);
    node.write(AT, '{}', 0o600);
    const { status, stderr } = node.run(['--check', '--from', AT], {}, { isUnprivileged: true });
    assert.equal(status, 64);
    assert.match(stderr, /^crio-guard: [^\n]*\/given[^\n]*EACCES[^\n]*\n$/);
    node.remove(AT);
  },
);

/** The options that name a file, and what each ends with where the file cannot be used. */
const OPTIONS: readonly (readonly [args: readonly string[], exitCode: number])[] = [
  [['--check', '--from'], 64],
  [['--check', '--metrics'], 2],
  [['--check', '--condition'], 2],
  [['--record'], 2],
];

/** What can be replaced by a file: nothing is lost, and nothing waits. */
const REPLACED = new Set(['a sparse file of 1 TiB']);

for (const [args, exitCode] of OPTIONS) {
  const option = args.at(-1) ?? '';

  test(`${option} names a file that is no regular file, or too large`, { skip }, () => {
    for (const form of [
      'a FIFO',
      'a directory',
      'a socket',
      'a link to /dev/zero',
      'a sparse file of 1 TiB',
    ]) {
      node.remove(AT);
      FORMS[form]?.make({ path: node.root + AT, right: Buffer.from(''), machine: '/host' });
      const { status, stderr } = node.run([...args, AT]);
      const isFine = option !== '--from' && REPLACED.has(form);
      assert.equal(status, isFine ? 0 : exitCode, `${form}: ${stderr}`);
      if (!isFine) assert.match(stderr, /\/given/, form);
    }
  });

  test(
    `${option} ends, and names the file, where its storage never answers`,
    { skip: lackOfSilence() ?? false },
    () => {
      limit(node, 2);
      for (const [silent, file] of [
        [AT, `${AT}/file`],
        [AT, AT],
      ] as const) {
        node.remove(AT);
        if (file === AT) node.write(AT, 'x');
        else fs.mkdirSync(node.root + AT);
        const began = process.hrtime.bigint();
        const { status, stderr } = node.run([...args, file], {}, { silent: [silent] });
        assert.equal(status, exitCode, stderr);
        assert.match(stderr, /\/given/);
        assert.ok(process.hrtime.bigint() - began < 25_000_000_000n);
      }
      limit(node, 30);
    },
  );
}
