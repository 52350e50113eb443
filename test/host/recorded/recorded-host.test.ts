import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Deadline } from '../../../src/host/deadline.js';
import { LinuxHost } from '../../../src/host/linux/linux-host.js';
import { openRecordedHost, RecordedHost } from '../../../src/host/recorded/recorded-host.js';
import { parseRecording } from '../../../src/host/recorded/recording.js';
import { RememberingHost } from '../../../src/host/remembering-host.js';
import { MALFORMED } from './malformed.js';
import { RecordingHost } from '../../../src/host/recorded/recording-host.js';

test('a recording answers as the host did, through its JSON', async () => {
  const real = new LinuxHost({
    deadline: Deadline.in(60_000),
    environment: { PATH: '/usr/bin:/bin' },
    userId: 7,
    program: process.execPath,
  });
  const recorder = new RecordingHost(real);
  const ask = async (host: RecordingHost | RecordedHost) => ({
    file: await host.readFile('/proc/self/mountinfo'),
    stat: await host.stat('/etc'),
    missing: await host.lstat('/does/not/exist'),
    list: await host.readDirectory('/proc/self/ns'),
    space: (await host.statFileSystem('/proc')).state,
    run: await host.run('/bin/echo', ['a', 'b']),
    path: host.environment('PATH'),
    user: host.userId(),
  });
  const live = await ask(recorder);
  const parsed = parseRecording(JSON.stringify(recorder.recording(new Date(0), ['--root', '/x'])));
  assert.ok(!('error' in parsed));
  const replayed = await ask(new RecordedHost(parsed));
  assert.deepEqual(replayed, live);
});

test('a recording answers for stat what a remembering host took from lstat', async () => {
  const real = new LinuxHost({
    deadline: Deadline.in(60_000),
    environment: {},
    userId: 0,
    program: process.execPath,
  });
  const recorder = new RecordingHost(real);
  const look = new RememberingHost(recorder);
  for (const path of ['/etc', '/does/not/exist', '/etc/passwd/x', '/proc/self/exe']) {
    await look.lstat(path);
    await look.stat(path);
  }
  const parsed = parseRecording(JSON.stringify(recorder.recording(new Date(0), [])));
  assert.ok(!('error' in parsed));
  const replayed = new RecordedHost(parsed);
  for (const path of ['/etc', '/does/not/exist', '/etc/passwd/x', '/proc/self/exe'])
    assert.deepEqual(await replayed.stat(path), await look.stat(path), path);
});

test('what was not asked is not known', async () => {
  const host = new RecordedHost({
    format: 'crio-guard-host',
    version: 1,
    recorded: '',
    userId: 0,
    answers: [],
  });
  const answer = await host.stat('/');
  assert.ok(answer.state === 'unknown');
  assert.equal(answer.why.kind, 'not-recorded');
});

for (const [what, [text, place]] of Object.entries(MALFORMED)) {
  test(`a file is refused as a recording, with the place in it: ${what}`, () => {
    const host = openRecordedHost(text);
    assert.ok('error' in host && host.error.includes(place), 'error' in host ? host.error : what);
  });
}
