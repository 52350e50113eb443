import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { expandRoot, fromWorkingDirectory, goAbs, goClean, goDir, goJoin } from '../../src/host/paths.js';

describe('goClean', () => {
  // From the tests of path/filepath.
  const cases: readonly (readonly [string, string])[] = [
    ['', '.'],
    ['abc/def', 'abc/def'],
    ['..', '..'],
    ['../..', '../..'],
    ['/', '/'],
    ['//', '/'],
    ['/abc/', '/abc'],
    ['abc//def//ghi', 'abc/def/ghi'],
    ['abc/./def', 'abc/def'],
    ['/./abc/def', '/abc/def'],
    ['abc/..', '.'],
    ['abc/def/../../..', '..'],
    ['/abc/def/../../..', '/'],
    ['abc/../../././../def', '../../def'],
    ['/../abc', '/abc'],
  ];
  for (const [path, expected] of cases) {
    it(JSON.stringify(path), () => assert.equal(goClean(path), expected));
  }
});

describe('the other names of path/filepath', () => {
  it('goDir', () => {
    assert.deepEqual(['', '/', '/a', '/a/', '/a/b', 'a', 'a/b', '//a'].map(goDir), [
      '.', '/', '/', '/a', '/a', '.', 'a', '/',
    ]); // prettier-ignore
  });
  it('goJoin', () => {
    assert.equal(goJoin('', ''), '');
    assert.equal(goJoin('', 'containers', 'storage.conf'), 'containers/storage.conf');
    assert.equal(goJoin('/a/', '../b'), '/b');
  });
  it('goAbs', () => {
    assert.equal(goAbs('/', 'rel/path/'), '/rel/path');
    assert.equal(goAbs('/x', '/a/../b'), '/b');
    assert.equal(goAbs('/x', ''), '/x');
  });
  it('fromWorkingDirectory leaves a path as it is', () => {
    assert.equal(fromWorkingDirectory('/', 'a/../b'), '/a/../b');
    assert.equal(fromWorkingDirectory('/x/', 'a'), '/x/a');
    assert.equal(fromWorkingDirectory('/x', ''), '');
  });
});

describe('expandRoot', () => {
  const environment = new Map([['HOME', '/root'], ['A_1', 'x'], ['UID', '7']]); // prettier-ignore
  const cases: readonly (readonly [string, string])[] = [
    ['$HOME/g', '/root/g'],
    ['${HOME}/g', '/root/g'],
    ['/srv/$UID/g', '/srv/0/g'],
    ['/srv/$UIDX', '/srv/0X'],
    ['/srv/${UID}', '/srv/7'],
    ['/$NOSUCH/g', '//g'],
    ['/$A_1.b', '/x.b'],
    ['/a$', '/a$'],
    ['/a$/b', '/a$/b'],
    ['/a${}b', '/ab'],
    ['/a${b', '/ab'],
    ['/a$$b', '/ab'],
    ['/a${1}b$2c', '/abc'],
    ['~/g', '~/g'],
  ];
  for (const [path, expected] of cases) {
    it(path, () => assert.equal(expandRoot(path, environment), expected));
  }
});
