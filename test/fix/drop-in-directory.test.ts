import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkHost } from '../../src/check/check-host.js';
import { readDropIns } from '../../src/fix/drop-in-directory.js';
import type { ExampleMachine } from '../../src/rules/rule.js';
import { machineHost } from '../rules/machine.js';
import { CHECK } from './correct.js';

async function directoryOf(machine: ExampleMachine): Promise<string> {
  const host = machineHost(machine);
  const check = { ...CHECK, crioFlags: machine.flags ?? [] };
  const { diagnosis } = await checkHost(host, check);
  const { input } = diagnosis;
  assert.ok(input !== undefined, JSON.stringify(diagnosis.configuration));
  const found = await readDropIns(host, { ...diagnosis, input });
  return found.kind === 'usable' ? found.directory : found.why;
}

const DIRECTORIES: readonly (readonly [string, ExampleMachine, string | RegExp])[] = [
  ['the default', {}, '/etc/crio/crio.conf.d'],
  ['the flag', { flags: ['--config-dir', '/srv/d'] }, '/srv/d'],
  ['its short form', { flags: ['-d', '/srv/d'] }, '/srv/d'],
  ['its short form with =', { flags: ['-d=/srv/d'] }, '/srv/d'],
  ['the last flag', { flags: ['--config-dir=/a', '--config-dir=/b'] }, '/b'],
  ['a value that looks like the flag', { flags: ['--log', '--config-dir=/x'] }, '/etc/crio/crio.conf.d'],
  ['words after --', { flags: ['--', 'config', '--config-dir=/y'] }, '/etc/crio/crio.conf.d'],
  ['the variable', { environment: { CONTAINER_CONFIG_DIR: '/v' } }, '/v'],
  ['the flag over the variable', { environment: { CONTAINER_CONFIG_DIR: '/v' }, flags: ['-d', '/f'] }, '/f'],
  ['a relative one', { flags: ['-d', 'd'] }, /flag -d/],
];

for (const [name, machine, expected] of DIRECTORIES) {
  test(`a drop-in goes where CRI-O reads it: ${name}`, async () => {
    const directory = await directoryOf(machine);
    if (typeof expected === 'string') assert.equal(directory, expected);
    else assert.match(directory, expected);
  });
}

test('a byte order mark in our own drop-in is part of its text: what is put back is what stood there', async () => {
  const path = '/etc/crio/crio.conf.d/zz-crio-guard.conf';
  const text = '\ufeff[crio]\n';
  const host = machineHost({ files: { [path]: text } });
  const { diagnosis } = await checkHost(host, CHECK);
  const { input } = diagnosis;
  assert.ok(input !== undefined);
  const found = await readDropIns(host, { ...diagnosis, input });
  assert.ok(found.kind === 'usable');
  assert.deepEqual([...found.ours.values()], [text]);
});
