import assert from 'node:assert/strict';
import { after, test } from 'node:test';
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
  '/run/systemd',
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
