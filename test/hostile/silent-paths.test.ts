import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { healthyNode } from './healthy-node.js';
import { lackOfSilence, silentPaths } from './silent-paths.js';

const skip = lackOfSilence() ?? false;
const silent = skip === false ? silentPaths() : undefined;
after(() => silent?.close());

/** Every path is tried by `make hostile`; here one of each kind. */
const SOME = [
  '/etc/containers/storage.conf',
  '/etc/crio-guard',
  '/etc/crio/crio.conf.d',
  '/run/crio-guard',
  '/run/crio-guard/last-report.json',
  '/run/systemd',
  // Where Node looks for the time zone.
  '/usr/share/zoneinfo',
  // The PATH of this node begins with it.
  '/usr/sbin',
  // Its programs are there, and reading them never ends.
  '/usr/bin',
  '/usr/bin/crio',
  '/var/lib',
  '/var/lib/crio/c',
  '/var/lib/crio-guard/ledger.json',
];

for (const path of SOME) {
  test(`a start ends in time and lets CRI-O start although ${path} never answers`, { skip }, () => {
    assert.ok(silent !== undefined && silent.paths.includes(path), path);
    assert.equal(silent.faultOf(path), undefined);
  });
}

test(
  'a start ends in half of the time that crio.service has, although graphroot never answers',
  { skip },
  () => {
    const node = healthyNode(30);
    try {
      node.write('/etc/systemd/system/crio.service.d/limit.conf', '[Service]\nTimeoutStartSec=20\n');
      node.write(
        '/etc/systemd/system/crio.service',
        '[Service]\nExecStart=/usr/bin/crio\nTimeoutStartSec=0\n',
      );
      const began = process.hrtime.bigint();
      assert.equal(node.run(['--prestart'], {}, { silent: ['/var/lib/crio/c'] }).status, 0);
      // The deadline is 30 s, so that the limit alone can have ended it.
      assert.ok(process.hrtime.bigint() - began < 20_000_000_000n);
    } finally {
      node.close();
    }
  },
);

test('the storage that does not answer is named', { skip }, () => {
  const node = healthyNode(2);
  try {
    const { status, stdout } = node.run(['--check', '--json'], {}, { silent: ['/var/lib/crio/c'] });
    assert.equal(status, 2);
    assert.match(stdout, /CG006[^]*the fuse file system on \/var\/lib\/crio\/c did not answer/);
  } finally {
    node.close();
  }
});
