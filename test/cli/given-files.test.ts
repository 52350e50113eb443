import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { healthyNode, limit } from '../hostile/healthy-node.js';
import { FORMS } from '../hostile/forms.js';
import { lackOfSilence } from '../hostile/silent-paths.js';
import * as fs from 'node:fs';
import { BuiltProgram } from './built-program.js';

const skip = BuiltProgram.lacking ?? false;
const node = healthyNode(30);
after(() => node.close());

/** The options that name a file, and what each ends with where the file cannot be used. */
const OPTIONS: readonly (readonly [args: readonly string[], exitCode: number])[] = [
  [['--check', '--from'], 64],
  [['--check', '--metrics'], 2],
  [['--check', '--condition'], 2],
  [['--record'], 2],
];

const AT = '/given';
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
