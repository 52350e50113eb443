import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  crioVersion,
  NEWEST_SUPPORTED,
  parseCrioVersion,
} from '../../../src/config/installed-crio/crio-version.js';
import { BEHAVIOUR_NAMES, behaviourOf } from '../../../src/config/installed-crio/version-table.js';

describe('parseCrioVersion', () => {
  const cases: readonly (readonly [string, string, number, number, string])[] = [
    ['crio version 1.31.2\nVersion:        1.31.2\nGitCommit: abc\n', '1.31.2', 31, 2, 'supported'],
    ['crio version 1.33.0-dev\n', '1.33.0-dev', 33, 0, 'supported'],
    ['crio version 1.30.14-3.rhaos4.17.git0aa1234.el9\n', '1.30.14-3.rhaos4.17.git0aa1234.el9', 30, 14, 'supported'],
    ['crio version 1.28.6+ds1-1\n', '1.28.6+ds1-1', 28, 6, 'older'],
    ['crio version 1.32.0~rc1\n', '1.32.0~rc1', 32, 0, 'supported'],
    ['crio version v1.34\n', '1.34', 34, 0, 'supported'],
    ['crio version 1.37.4\n', '1.37.4', 37, 4, 'supported'],
    ['crio version 1.38.0\n', '1.38.0', 38, 0, 'newer'],
    ['crio version 0.9.0\n', '0.9.0', 9, 0, 'older'],
    ['crio version 2.0.0\n', '2.0.0', 0, 0, 'newer'],
    ['Version: 1.31.0\n', '1.31.0', 31, 0, 'supported'],
    ['1.36.3', '1.36.3', 36, 3, 'supported'],
    ['v1.36.3', '1.36.3', 36, 3, 'supported'],
    ['1.36.0-dev', '1.36.0-dev', 36, 0, 'supported'],
    ['1.31.2-3.rhaos4.17.git0aa', '1.31.2-3.rhaos4.17.git0aa', 31, 2, 'supported'],
  ]; // prettier-ignore
  for (const [output, text, minor, patch, support] of cases) {
    it(output, () => {
      const version = parseCrioVersion(output);
      assert.ok(version !== undefined);
      assert.deepEqual(
        { text: version.text, minor: version.minor, patch: version.patch, support: version.support },
        { text, minor, patch, support },
      );
    });
  }
  it('finds none in other texts', () => {
    for (const text of [
      '',
      'error loading server config: x',
      'crio version unknown',
      'x1.36.3',
      '1.36.3 x',
    ]) {
      assert.equal(parseCrioVersion(text), undefined);
    }
  });
});

describe('the version table', () => {
  it('takes the nearest supported version for an unsupported one', () => {
    assert.deepEqual(crioVersion('1.40.0', 1, 40, 0).behaviour, NEWEST_SUPPORTED.behaviour);
    assert.deepEqual(crioVersion('1.10.0', 1, 10, 0).behaviour, behaviourOf(29, 0));
  });

  it('compares patch versions', () => {
    assert.equal(behaviourOf(35, 0).toml11, false);
    assert.equal(behaviourOf(35, 1).toml11, true);
    assert.equal(behaviourOf(33, 13).fillsRoots, false);
    assert.equal(behaviourOf(34, 0).fillsRoots, true);
  });

  it('follows a change that was backported into older branches', () => {
    const has = [[29, 13], [30, 12], [30, 13], [31, 7], [31, 8], [32, 2], [32, 3], [33, 0], [36, 0]]
      .map(([minor = 0, patch = 0]) => behaviourOf(minor, patch).wipeMarker); // prettier-ignore
    assert.deepEqual(has, [false, false, true, false, true, false, true, true, true]);
  });

  it('has no row that says the same of all supported versions, but for what no CRI-O has yet', () => {
    const constant = BEHAVIOUR_NAMES.filter(
      (name) => behaviourOf(29, 0)[name] === NEWEST_SUPPORTED.behaviour[name],
    );
    assert.deepEqual(constant, ['storage162']);
  });
});
