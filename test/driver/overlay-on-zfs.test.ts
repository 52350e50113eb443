import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ExampleMachine } from '../../src/rules/rule.js';
import { applyRules } from '../../src/rules/finding.js';
import { rules } from '../../src/rules/index.js';
import { diagnoseExample } from '../rules/machine.js';

const storageConf = (driver: string, graphroot: string, more = ''): ExampleMachine['files'] => ({
  '/etc/containers/storage.conf': `[storage]\n${driver}graphroot = "${graphroot}"\nrunroot = "/run/r"\n${more}`,
});
const OVERLAY = 'driver = "overlay"\n';
const METACOPY = '[storage.options.overlay]\nmountopt = "nodev,metacopy=on"\n';

/** tank/crio is mounted on /var/lib/crio. */
const LAYOUTS: readonly (readonly [name: string, files: ExampleMachine['files'], onMountpoint: boolean])[] = [
  ['below the mountpoint', storageConf(OVERLAY, '/var/lib/crio/containers'), false],
  ['on the mountpoint', storageConf(OVERLAY, '/var/lib/crio'), true],
  ['with metacopy', storageConf(OVERLAY, '/var/lib/crio/containers', METACOPY), false],
  ['chosen by CRI-O', storageConf('', '/var/lib/crio/containers'), false],
  ['chosen by CRI-O on the mountpoint', storageConf('', '/var/lib/crio'), true],
];

describe('overlay on a dataset', () => {
  for (const [name, files, onMountpoint] of LAYOUTS) {
    for (const module of ['2.2.0-1', '2.3.2-2', '2.4.0-rc1']) {
      test(`works with OpenZFS ${module}, ${name}`, async () => {
        const diagnosis = await diagnoseExample({ module, ...(files === undefined ? {} : { files }) });
        assert.deepEqual(diagnosis.prediction, { outcome: 'starts', driver: 'overlay' });
        const { findings } = applyRules(rules, diagnosis, []);
        assert.ok(!findings.some(({ severity }) => severity === 'error'));
        // A wipe empties the mountpoint and fails, whatever the driver.
        assert.equal(findings.some(({ code }) => code === 'CG508'), onMountpoint); // prettier-ignore
      });
    }
    test(`is refused before OpenZFS 2.2, ${name}`, async () => {
      const diagnosis = await diagnoseExample({
        module: '2.1.11-1',
        ...(files === undefined ? {} : { files }),
      });
      assert.equal(diagnosis.prediction.outcome, 'fails');
    });
  }
});
