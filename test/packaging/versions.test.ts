import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

/** Where each package names the version of the program. */
const PLACES = {
  'packaging/debian/changelog': /^crio-guard \((\d+\.\d+\.\d+)-/,
  'packaging/rpm/crio-guard.spec': /^Version: +(\S+)$/m,
  'packaging/nix/package.nix': /^ +version = "(.*)";$/m,
} as const;

for (const [path, pattern] of Object.entries(PLACES)) {
  test(`${path} has the version of package.json`, () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    assert.equal(pattern.exec(readFileSync(path, 'utf8'))?.[1], version);
  });
}

const licenceOf = (text: string): string =>
  text.includes('Permission is hereby granted, free')
    ? 'MIT'
    : text.includes('Apache License')
      ? 'Apache-2.0'
      : '?';

test('the RPM has the licence of every package in the bundles', () => {
  const spec = readFileSync('packaging/rpm/crio-guard.spec', 'utf8');
  const licences = /^License: +(\S.*)$/m.exec(spec)?.[1]?.split(' AND ') ?? [];
  const missing = readFileSync('dist/THIRD-PARTY-LICENSES', 'utf8')
    .split(/^-{80}$/m)
    .slice(1)
    .filter((part) => {
      const name = /^\S+ \S+ \(([^)]+)\)$/m.exec(part)?.[1] ?? '';
      // Old packages name a choice, or nothing beside the text.
      const choice = name === 'as follows' ? licenceOf(part) : name;
      return !choice.split(/\/| or /).some((one) => licences.includes(one));
    });
  assert.deepEqual(missing, []);
});
