import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { BuiltProgram } from './built-program.js';

/** A start of the built program before a CRI-O of this version, which refuses its storage.conf. */
function startBefore(version: string): {
  readonly stops: boolean;
  readonly errors: string;
  readonly codes: string[];
} {
  const program = new BuiltProgram();
  after(() => program.close());
  program.program('crio', `echo "crio version ${version}"`);
  program.write('/dev/zfs', '');
  program.write('/etc/containers/storage.conf', '[storage]\ndriver = zfs\n');
  const { stdout, stderr } = program.run(['--prestart']);
  assert.ok(stdout === 'stop\n' || stdout === '', stdout);
  const report: unknown = JSON.parse(program.read('/run/crio-guard/report.json') ?? 'null');
  const text = JSON.stringify(report);
  const codes = [...new Set([...text.matchAll(/"code":"(CG\d+)"/g)].map(([, code]) => code ?? ''))];
  return { stops: stdout === 'stop\n', errors: stderr, codes };
}

describe('a CRI-O that refuses its configuration', { skip: BuiltProgram.lacking ?? false }, () => {
  test('is kept from starting in each supported version', () => {
    for (const version of ['1.29.0', '1.37.4']) {
      const { stops, codes, errors } = startBefore(version);
      assert.deepEqual(
        [stops, codes.includes('CG103'), codes.includes('CG005')],
        [true, true, false],
        errors,
      );
    }
  });

  test('starts in an older and in a newer one, and the report names the version as unsupported', () => {
    for (const version of ['1.28.11', '1.38.0']) {
      const { stops, codes, errors } = startBefore(version);
      // The nearest supported version is followed, and that is not a proof.
      assert.deepEqual(
        [stops, codes.includes('CG103'), codes.includes('CG005')],
        [false, true, true],
        errors,
      );
    }
  });
});
