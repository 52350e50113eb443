import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  crioVersion,
  NEWEST_MEASURED,
  OLDEST_SUPPORTED,
  parseCrioVersion,
} from '../../../src/config/installed-crio/crio-version.js';

describe('parseCrioVersion', () => {
  const cases: readonly (readonly [string, string, number, string])[] = [
    ['crio version 1.31.2\nVersion:        1.31.2\nGitCommit: abc\n', '1.31.2', 31, 'measured'],
    ['crio version 1.36.3\n', '1.36.3', 36, 'measured'],
    ['crio version 1.33.0-dev\n', '1.33.0-dev', 33, 'between'],
    [
      'crio version 1.30.14-3.rhaos4.17.git0aa1234.el9\n',
      '1.30.14-3.rhaos4.17.git0aa1234.el9',
      30,
      'between',
    ],
    ['crio version 1.24.6+ds1-1\n', '1.24.6+ds1-1', 24, 'between'],
    ['crio version 1.32.0~rc1\n', '1.32.0~rc1', 32, 'between'],
    ['crio version v1.34\n', '1.34', 34, 'between'],
    ['crio version 1.37.0\n', '1.37.0', 37, 'beyond'],
    ['crio version 1.23.5\n', '1.23.5', 23, 'beyond'],
    ['crio version 2.0.0\n', '2.0.0', 0, 'beyond'],
    ['Version: 1.31.0\n', '1.31.0', 31, 'measured'],
  ];
  for (const [output, text, minor, knowledge] of cases) {
    it(text, () => {
      const version = parseCrioVersion(output);
      assert.equal(version?.text, text);
      assert.equal(version.minor, minor);
      assert.equal(version.knowledge, knowledge);
      assert.equal(version.measured, knowledge !== 'beyond');
    });
  }
  it('finds none in other texts', () => {
    for (const text of ['', 'error loading server config: x', 'crio version unknown']) {
      assert.equal(parseCrioVersion(text), undefined);
    }
  });
});

describe('crioVersion', () => {
  it('knows what each version vendors', () => {
    assert.deepEqual(crioVersion('1.31.2', 1, 31, 2).storage, { major: 1, minor: 55, patch: 1 });
    assert.deepEqual(crioVersion('1.33.0', 1, 33, 0).storage, { major: 1, minor: 58, patch: 0 });
    assert.deepEqual(NEWEST_MEASURED.storage, { major: 1, minor: 61, patch: 1 });
    assert.equal(crioVersion('1.35.0', 1, 35, 0).toml.toml11, false);
    assert.equal(NEWEST_MEASURED.toml.toml11, true);
    assert.equal(OLDEST_SUPPORTED.rootsRequired, true);
  });
  it('takes a version beyond for the nearest that is modelled', () => {
    assert.equal(crioVersion('1.40.0', 1, 40, 0).rootsRequired, NEWEST_MEASURED.rootsRequired);
    assert.equal(crioVersion('1.10.0', 1, 10, 0).rootsRequired, OLDEST_SUPPORTED.rootsRequired);
  });
});
