import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lastStartSaid } from '../../../src/facts/node/last-start.js';
import type { Host } from '../../../src/host/host.js';
import { known, unknown, type Probe } from '../../../src/host/probe.js';
import { machineHost } from '../../rules/machine.js';

const MESSAGE = 'mount /srv/a\u00a0b\u007f: is "not"\nzfs';
/** As logrus writes it: fmt.Sprintf("%q"). */
const QUOTED = String.raw`"mount /srv/a\u00a0b\x7f: is \"not\"\nzfs"`;

const line = (level: string, quoted: string): string =>
  `time="2026-01-02 03:04:05.000000000Z" level=${level} msg=${quoted} file="crio/main.go:329"`;

/** A node whose journal holds these lines of crio.service; without lines, journalctl fails. */
function nodeWith(lines: readonly string[] | undefined, asked: string[][] = []): Host {
  const machine = machineHost({ files: { '/usr/bin/journalctl': '' } });
  const run = (
    _: string,
    args: readonly string[],
  ): Promise<Probe<never>> | Promise<ReturnType<typeof answer>> => {
    asked.push([...args]);
    return Promise.resolve(lines === undefined ? answer(1, '') : answer(0, lines.join('\n')));
  };
  return Object.assign(Object.create(machine) as Host, { run });
}

const answer = (exitCode: number, stdout: string) => known({ exitCode, stdout, stderr: '' });

test('the last fatal message counts, quoted as Go quotes', async () => {
  const told = line('fatal', QUOTED);
  assert.equal(
    await lastStartSaid(nodeWith([line('info', '"a"'), told, 'crio.service: Failed']), MESSAGE),
    true,
  );
  assert.equal(await lastStartSaid(nodeWith([told, line('fatal', '"another"')]), MESSAGE), false);
  assert.equal(
    await lastStartSaid(nodeWith([line('error', QUOTED)]), MESSAGE),
    false,
    'an error is not the end',
  );
});

test('a message that only contains the predicted one is another message', async () => {
  for (const other of [`"before ${QUOTED.slice(1)}`, `${QUOTED.slice(0, -1)} after"`]) {
    assert.equal(await lastStartSaid(nodeWith([line('fatal', other)]), MESSAGE), false);
  }
});

test('without an answer of the journal nothing was said', async () => {
  assert.equal(await lastStartSaid(nodeWith([]), MESSAGE), false);
  assert.equal(await lastStartSaid(nodeWith(undefined), MESSAGE), false);
  const silent = Object.assign(Object.create(nodeWith([])) as Host, {
    run: () => Promise.resolve(unknown('timeout', 'run journalctl', 'no answer')),
  });
  assert.equal(await lastStartSaid(silent, MESSAGE), false);
  assert.equal(await lastStartSaid(machineHost({}), MESSAGE), false, 'no journalctl');
});

test('the journal of this boot and of crio.service alone is read', async () => {
  const asked: string[][] = [];
  await lastStartSaid(nodeWith([], asked), MESSAGE);
  assert.equal(asked.length, 1);
  assert.ok(asked[0]?.includes('-b') && asked[0].includes('crio.service'));
});
