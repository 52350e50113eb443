import assert from 'node:assert/strict';
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';
import { test } from 'node:test';
import { getProperty, guardCall, PrivateBus, withoutDaemon } from './private-bus.js';
import { argumentsFor, MAIN, NAME, pause, withService } from './service.js';

const skip = withoutDaemon;

/** Waits for the end of a process. @returns its exit code and what it said on standard error */
async function end(
  child: ChildProcessByStdio<null, null, Readable>,
): Promise<{ readonly code: number | null; readonly said: string }> {
  const words: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => words.push(chunk));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, said: Buffer.concat(words).toString() };
}

test('no bus: the service says so and ends with an error', async () => {
  const { code, said } = await end(
    spawn(process.execPath, [MAIN, '--address=unix:path=/nonexistent/bus', '--idle=60'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    }),
  );
  assert.equal(code, 1);
  assert.match(said, /^<3>crio-guard-dbus: \/nonexistent\/bus: .*ENOENT[^\n]*\n$/);
});

test('without a reader of its log it goes on', { skip }, () =>
  withService(async (service) => {
    service.process.stderr?.destroy();
    service.show('no report');
    const client = await service.bus.connect();
    for (let round = 0; round < 3; round += 1) {
      assert.equal((await client.call(getProperty('Verdict'))).kind, 'return');
      await pause(50);
    }
    assert.equal(service.process.exitCode, null);
    await client.close();
  }),
);

test('the bus dies: the service says so and ends with an error at once', { skip }, () =>
  withService(async (service) => {
    service.bus.kill();
    const began = performance.now();
    assert.equal(await service.ended(), 1);
    assert.ok(performance.now() - began < 30_000, 'long before it would have been idle');
    assert.match(service.said, /<3>crio-guard-dbus: the bus is gone/);
    assert.doesNotMatch(service.said, /at .*\.js/);
  }),
);

test('the bus restarts: a call on the new one starts the service anew', { skip }, () =>
  withService(async (service) => {
    service.bus.activates(NAME, [process.execPath, ...argumentsFor(service.bus, 1)]);
    await service.bus.restart();
    assert.equal(await service.ended(), 1);
    const client = await service.bus.connect();
    assert.equal((await client.call(getProperty('Version'))).kind, 'return');
    await client.close();
    await pause(1500);
  }),
);

test('asked to stop, it answers what it was asked and ends well', { skip }, () =>
  withService(async (service) => {
    const client = await service.bus.connect();
    const check = client.call(guardCall('Check'));
    await client.call(getProperty('Version'));
    service.process.kill('SIGTERM');
    assert.notEqual((await check).kind, 'silence');
    assert.equal(await service.ended(), 0);
    await client.close();
  }),
);

test('no call is lost across its idle ends', { skip }, async () => {
  const bus = await PrivateBus.start();
  try {
    bus.activates(NAME, [process.execPath, ...argumentsFor(bus, 0.05)]);
    const client = await bus.connect();
    const owners = new Set<unknown>();
    for (let round = 0; round < 15; round += 1) {
      const reply = await client.call(getProperty('Version'));
      assert.equal(reply.kind, 'return', `round ${round}: ${JSON.stringify(reply)}`);
      const asks = { destination: 'org.freedesktop.DBus', path: '/', interface: 'org.freedesktop.DBus' };
      owners.add(
        JSON.stringify(
          await client.call({ ...asks, member: 'GetNameOwner', signature: 's', body: [NAME], limit: 5000 }),
        ),
      );
      await pause(35 + 3 * round);
    }
    assert.ok(owners.size > 3, `it ended ${owners.size} times`);
    await client.close();
    await pause(300);
  } finally {
    bus.stop();
  }
});

test('a second service does not wait for the name of the first', { skip }, () =>
  withService(async (service) => {
    const { code, said } = await end(
      spawn(process.execPath, argumentsFor(service.bus, 60), { stdio: ['ignore', 'ignore', 'pipe'] }),
    );
    assert.equal(code, 1);
    assert.match(said, /another program has it/);
  }),
);
