import assert from 'node:assert/strict';
import { test } from 'node:test';
import { storageSettingsUnread as rule } from '../../src/rules/configuration/cg118-storage-settings-unread.js';
import type { ExampleMachine } from '../../src/rules/rule.js';
import { diagnoseExample } from './machine.js';

const found = async (machine: ExampleMachine) => {
  const answer = rule.check(await diagnoseExample(machine));
  return answer.kind === 'finding' ? answer.data : answer.kind;
};

test('CG118 (storage-settings-unread) names the files and their storage keys', async () => {
  const [nvidia] = rule.examples.fail;
  const files = ['/etc/crio/conf.d/99-nvidia.toml'];
  assert.deepEqual(await found(nvidia), { files, keys: ['crio.storage_driver'] });
});

test('what cannot be read is unknown, and what CRI-O was told to read is in use', async () => {
  const text = '[crio]\nstorage_driver = "zfs"\n';
  const files = {
    '/etc/crio/storage.conf': '[storage]\ndriver = "zfs"\ngraphroot = "/srv/c"\nrunroot = "/run/c"\n',
  };
  assert.notEqual(await found({ files }), 'pass');
  assert.equal(
    await found({ files, environment: { CONTAINERS_STORAGE_CONF: '/etc/crio/storage.conf' } }),
    'pass',
  );
  const broken = { '/etc/crio/conf.d/10-a.conf': `${text}root = \n` };
  assert.equal(await found({ files: broken }), 'pass');
});
