import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withoutDaemon } from '../bus/private-bus.js';
import { busAttempts } from './bus-clients.js';

test(
  '200 clients at once, wrong calls and broken reports harm neither a caller nor the service',
  { skip: withoutDaemon },
  async () => {
    const attempts = await busAttempts();
    assert.ok(attempts.length > 600, `${attempts.length}`);
    for (const { what, fault } of attempts) assert.equal(fault, undefined, what);
  },
);
