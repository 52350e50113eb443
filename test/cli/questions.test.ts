import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { zfsCannotMatter } from '../../src/check/zfs-cannot-matter.js';
import { runPrestart } from './run-prestart.js';
import { LockFile } from '../../src/fix/lock.js';
import { openLedger } from '../../src/fix/open-ledger.js';
import type { Host } from '../../src/host/host.js';
import { LoggingHost } from '../../src/host/logging-host.js';
import { openRecordedHost } from '../../src/host/recorded/recorded-host.js';
import { RememberingHost } from '../../src/host/remembering-host.js';
import { HOSTS } from '../hosts/replay.js';
import { machineHost } from '../rules/machine.js';
import { sessionOn } from './session.js';

/** What a healthy node with ZFS is asked before a start; one more costs every node a system call or a program. */
const MOST = 60;

/** The questions of a pre-start, without their answers. */
async function questionsOf(host: Host): Promise<readonly string[]> {
  const questions: string[] = [];
  const look = new RememberingHost(
    new LoggingHost(host, (line) => {
      if (!line.startsWith('environment ')) questions.push(line.replace(/: .*$/s, ''));
    }),
  );
  const { session } = sessionOn(look);
  assert.equal(await zfsCannotMatter(look), false);
  const own = { ledger: await openLedger(look), lock: new LockFile('/nonexistent') };
  const { report } = await runPrestart(session, own, look);
  assert.equal(report.verdict, 'ok');
  return questions;
}

function recordedHost(id: string): Host {
  const host = openRecordedHost(readFileSync(`${HOSTS}/${id}.json`, 'utf8'));
  assert.ok(!('error' in host));
  return host;
}

const healthy: Readonly<Record<string, () => Host>> = {
  'a machine of the examples': () => machineHost({}),
  'a recorded host': () => recordedHost('7-006'),
};

for (const [name, host] of Object.entries(healthy)) {
  test(`a healthy start asks each question once: ${name}`, async () => {
    const questions = await questionsOf(host());
    const again = questions.filter((question, at) => questions.indexOf(question) !== at);
    assert.deepEqual(again, []);
    // Beside it one child looks at the store, and one writes to the journal.
    assert.equal(questions.filter((question) => question.startsWith('run /usr/sbin/zfs')).length, 1);
    assert.ok(questions.length > 20 && questions.length <= MOST, `${questions.length} questions`);
  });
}
