import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { displayWidth } from '../../src/text/width.js';
import { withoutProgram } from '../without-program.js';

const PAGES = readdirSync('packaging/man')
  .filter((name) => /\.\d$/.test(name))
  .map((name) => `packaging/man/${name}`);

const SETTERS: Readonly<Record<string, (page: string) => readonly string[]>> = {
  groff: (page) => ['-man', '-ww', '-Tutf8', '-rLL=80n', '-P-c', '-P-b', '-P-u', '-P-o', page],
  mandoc: (page) => ['-T', 'utf8', '-O', 'width=80', page],
};

for (const [program, words] of Object.entries(SETTERS)) {
  for (const page of PAGES) {
    test(`${page} fits into 80 columns, by ${program}`, { skip: withoutProgram(program) }, () => {
      const { status, stdout, stderr } = spawnSync(program, words(page), { encoding: 'utf8' });
      assert.equal(status, 0, stderr);
      assert.equal(stderr, '');
      const text = stdout.replaceAll(/.\u0008/gu, '');
      assert.ok(text.includes('NAME'));
      for (const line of text.split('\n')) {
        // An address stays whole.
        if (line.trim().includes(' ')) assert.ok(displayWidth(line) <= 80, line);
      }
    });
  }
}
