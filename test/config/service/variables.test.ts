import assert from 'node:assert/strict';
import { test } from 'node:test';
import { variableDifferences } from '../../../src/config/service/variables.js';
import { MemoryHost } from '../../host/memory-host.js';

test('variables that only the shell or only the service has are reported', () => {
  const host = new MemoryHost({
    environment: { CONTAINER_ROOT: '/shell', STORAGE_DRIVER: 'zfs', HOME: '/root' },
  });
  const environment = new Map([
    ['STORAGE_DRIVER', 'zfs'],
    ['CONTAINER_STORAGE_OPT', ''],
  ]);
  const invocation = { program: '/usr/bin/crio', flags: [], environment, workingDirectory: '/' };
  assert.deepEqual(variableDifferences(host, invocation), [
    { name: 'CONTAINER_ROOT', shell: '/shell' },
    { name: 'CONTAINER_STORAGE_OPT', service: '' },
  ]);
});
