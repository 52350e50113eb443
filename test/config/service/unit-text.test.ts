import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readUnitCommand } from '../../../src/config/service/unit-text.js';
import { MemoryHost } from '../../host/memory-host.js';

const UPSTREAM =
  '[Service]\nExecStart=/usr/bin/crio \\\n          $CRIO_CONFIG_OPTIONS \\\n          $CRIO_STORAGE_OPTIONS\n';
const WORDS = ['/usr/bin/crio', '$CRIO_CONFIG_OPTIONS', '$CRIO_STORAGE_OPTIONS'];

const command = (files: Record<string, string>) => readUnitCommand(new MemoryHost({ files }));

test("upstream's unit is understood without systemd", async () => {
  assert.deepEqual(await command({ '/usr/lib/systemd/system/crio.service': UPSTREAM }), WORDS);
});

test('a drop-in that does not touch the command changes nothing', async () => {
  const dropIn = '[Service]\nExecStartPre=/bin/true\n# ExecStart=/bin/false\nEnvironment=A=b\n';
  const files = {
    '/usr/lib/systemd/system/crio.service': UPSTREAM,
    '/etc/systemd/system/crio.service.d/10-x.conf': dropIn,
    '/etc/systemd/system/crio.service.d/README': 'ExecStart=/x',
  };
  assert.deepEqual(await command(files), WORDS);
});

test('whatever is not plain, or said twice in different words, is left to systemd', async () => {
  const base = { '/usr/lib/systemd/system/crio.service': UPSTREAM };
  const dropIns = [
    '[Service]\nExecStart=\nExecStart=/usr/bin/crio --root /x\n',
    '[Service]\nExecStart=/usr/local/bin/crio $CRIO_CONFIG_OPTIONS $CRIO_STORAGE_OPTIONS\n',
    '[Service]\nWorkingDirectory=/srv\n',
    '[Service]\nRootDirectory=/srv\n',
  ];
  for (const text of dropIns) {
    assert.equal(await command({ ...base, '/run/systemd/system/service.d/1.conf': text }), undefined, text);
  }
  for (const line of [
    '@/usr/bin/crio crio',
    '/usr/bin/crio ${X}',
    '/usr/bin/crio %i',
    '/usr/bin/crio "$X"',
    'crio',
  ]) {
    const files = { '/etc/systemd/system/crio.service': `[Service]\nExecStart=${line}\n` };
    assert.equal(await command(files), undefined, line);
  }
  assert.equal(await command({}), undefined);
});
