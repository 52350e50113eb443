import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog } from '../src/log.js';
import type { Host } from '../src/host/host.js';
import { LoggingHost } from '../src/host/logging-host.js';
import { absent } from '../src/host/probe.js';
import { machineHost } from './rules/machine.js';

const logged = async (options: { verbose: boolean; terminal: boolean }): Promise<string> => {
  const written: string[] = [];
  const log = createLog({ ...options, write: (text) => written.push(text) });
  log.error('first\nsecond');
  log.warning('third');
  log.info('fourth');
  log.debug('fifth\u001b[31m');
  await new Promise((resolve) => setImmediate(resolve));
  return written.join('');
};

test('every line has its syslog level, multi-line messages too', async () => {
  assert.equal(
    await logged({ verbose: true, terminal: false }),
    '<3>crio-guard: first\n<3>crio-guard: second\n<4>crio-guard: third\n' +
      '<6>crio-guard: fourth\n<7>crio-guard: fifth\\x1b[31m\n',
  );
});

test('a terminal sees no levels, and without --verbose no small talk', async () => {
  assert.equal(
    await logged({ verbose: false, terminal: true }),
    'crio-guard: first\ncrio-guard: second\ncrio-guard: third\n',
  );
});

test('a program gets its environment and its input', async () => {
  const settings = { environment: { A: 'b' }, input: 'x' };
  let given: unknown;
  const bare = machineHost({});
  bare.run = (...[, , passed]: Parameters<Host['run']>) => {
    given = passed;
    return Promise.resolve(absent());
  };
  await new LoggingHost(bare, () => undefined).run('/usr/bin/crio', ['config'], settings);
  assert.equal(given, settings);
});

test('every question is logged once with its answer, and answered as before', async () => {
  const bare = machineHost({ environment: { SECRET: 'hidden' } });
  const lines: string[] = [];
  const host = new LoggingHost(bare, (line) => lines.push(line));
  assert.deepEqual(await host.stat('/var/lib/crio'), await bare.stat('/var/lib/crio'));
  assert.deepEqual(await host.readFile('/nowhere'), await bare.readFile('/nowhere'));
  assert.deepEqual(host.environment('SECRET'), bare.environment('SECRET'));
  assert.equal(lines.length, 3);
  assert.ok(lines.every((line) => line.includes(': ')));
  assert.ok(!lines.join().includes('hidden'));
});
