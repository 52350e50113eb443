import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mustStop } from '../../src/cli/prestart.js';
import type { Host } from '../../src/host/host.js';
import { known } from '../../src/host/probe.js';
import { goQuote } from '../../src/text/go-text.js';
import { diagnoseExample, machineHost } from '../rules/machine.js';
import { correctOn } from './correct.js';

/** CRI-O fails, since the dataset meant for graphroot is not mounted; mounting it is the correction. */
const machine = (crioVersion: string) => ({
  crioVersion,
  files: { '/usr/bin/journalctl': '' },
  datasets: [
    { name: 'tank', mountpoint: 'none' },
    { name: 'tank/crio', mountpoint: '/var/lib/crio', mounted: 'no' as const },
  ],
});

/** The node whose CRI-O ended its last start with this message. */
function nodeAfter(crioVersion: string, message: string): Host {
  const host = machineHost(machine(crioVersion));
  const run: Host['run'] = (program, args) =>
    program === '/usr/bin/journalctl'
      ? Promise.resolve(known({ exitCode: 0, stdout: `level=fatal msg=${goQuote(message)}\n`, stderr: '' }))
      : host.run(program, args);
  return Object.assign(Object.create(host) as Host, { run });
}

for (const version of ['1.28.11', '1.38.0']) {
  test(`CRI-O ${version}: nothing is corrected until its own last start failed with the predicted message`, async () => {
    const { prediction } = await diagnoseExample(machine(version));
    assert.ok(prediction.outcome === 'fails');
    for (const [said, state] of [
      ['something else', 'refused'],
      [prediction.error, 'planned'],
    ] as const) {
      const { correction, checked } = await correctOn(nodeAfter(version, said));
      assert.equal(correction.state, state, said);
      assert.equal(mustStop(checked), false);
      assert.ok(checked.outcomes.findings.some(({ code }) => code === 'CG005'));
    }
  });
}

test('a supported version is corrected at once', async () => {
  const { correction } = await correctOn(nodeAfter('1.37.0', 'something else'));
  assert.equal(correction.state, 'planned');
});
