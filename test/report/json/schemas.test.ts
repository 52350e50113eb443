import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { reportJson } from '../../../src/report/json/report-json.js';
import type { ExampleMachine } from '../../../src/rules/rule.js';
import { reportOn } from '../example-report.js';
import { HOSTS, recordedIds } from '../../hosts/replay.js';
import { matchesSnapshot } from '../../hosts/snapshot.js';
import { isRecord } from '../../../src/text/json-record.js';
import { ACTIONS, CAUSES, FAILURES, MARKS, NOTES, ORIGINS } from './kinds.js';
import { assertFollows, fieldsOf, part, SCHEMAS, wordsAt } from './schemas.js';

const RECORDED = recordedIds().map((id) => `${HOSTS}/${id}.json`);

/** What the built program prints, as JSON. */
function printed(...args: readonly string[]): unknown {
  const { stdout, stderr } = spawnSync(process.execPath, ['dist/main.cjs', ...args], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] },
  });
  assert.notEqual(stdout, '', stderr);
  const value: unknown = JSON.parse(stdout);
  return value;
}

test('each output of the built program follows its schema', () => {
  const [host = ''] = RECORDED;
  const outputs: readonly (readonly [string, ...string[]])[] = [
    ['report', '--check', '--from', host],
    ['report', '--fix', '--dry-run', '--from', host],
    ['report', '--check'],
    ['config', '--config'],
    ['revert', '--revert', '--list'],
    ['revert', '--revert', '--dry-run'],
    ['explain', '--explain=CG201'],
    ['list-rules', '--list-rules'],
  ];
  for (const [schema, ...args] of outputs) assertFollows(schema, printed(...args, '--json'), args.join(' '));
  assert.deepEqual([...SCHEMAS.keys()].sort(), [...new Set(outputs.map(([schema]) => schema))].sort());
});

test('--config follows its schema on every recorded host', () => {
  const hosts = RECORDED.filter((_, index) => index % 4 === 0);
  for (const host of hosts) assertFollows('config', printed('--config', '--json', '--from', host), host);
});

const kindsIn = (definition: string, schema: string): readonly string[] =>
  wordsAt(schema, '$defs', definition, 'properties', 'kind', 'enum');

test('a new kind of the program is in its schema', () => {
  for (const schema of ['report', 'revert', 'config']) {
    assert.deepEqual(kindsIn('cause', schema), CAUSES);
  }
  for (const schema of ['report', 'revert']) {
    assert.deepEqual(kindsIn('action', schema), ACTIONS);
    assert.deepEqual(kindsIn('failure', schema), FAILURES);
  }
  const origins = part(SCHEMAS.get('report'), '$defs', 'origin', 'oneOf');
  assert.ok(Array.isArray(origins));
  const kinds = origins.map((one: unknown) => String(part(one, 'properties', 'kind', 'const')));
  assert.deepEqual(kinds.sort(), ORIGINS);
  const tree = ['$defs', 'correction', 'properties', 'afterwardsTree', 'items', 'properties'];
  assert.deepEqual(wordsAt('report', ...tree, 'marks', 'items', 'enum'), MARKS);
  assert.deepEqual(wordsAt('config', 'properties', 'notes', 'items', 'properties', 'kind', 'enum'), NOTES);
});

test('one name is described in one way by all schemas', () => {
  const definitions = new Map<string, unknown>();
  for (const [name, schema] of SCHEMAS) {
    const own = part(schema, '$defs');
    assert.ok(isRecord(own));
    for (const [key, value] of Object.entries(own)) {
      if (definitions.has(key)) assert.deepEqual(value, definitions.get(key), `${key} of ${name}`);
      definitions.set(key, value);
    }
  }
  const effective = (name: string): unknown => part(SCHEMAS.get(name), 'properties', 'effective');
  assert.deepEqual(effective('config'), effective('report'));
});

/**
 * The fields are frozen: programs read them. A field or a word may be added; with any other difference schemaVersion
 * has to become 2.
 */
test('the fields of each output are the frozen ones', () => {
  for (const [name, schema] of SCHEMAS) {
    const fields = fieldsOf(schema);
    assert.ok(
      fields.some((field) => field === 'schemaVersion = 1'),
      name,
    );
    for (const field of fields) assert.doesNotMatch(field, /(?:^|\.)(?:root|undetermined)\??$/, name);
    matchesSnapshot(`test/corpus/schemas/${name}.txt`, `${fields.join('\n')}\n`);
  }
});

test('what the rules call a command is one in the report, and a line of a file is not', async () => {
  const shown = async (example: ExampleMachine) =>
    reportJson(await reportOn(example)).findings.flatMap(({ remedy }) => remedy);
  const notFound = await shown({
    fsname: 'tank/is.there.',
    datasets: [{ name: 'tank', mountpoint: 'none' }],
  });
  assert.ok(
    notFound.some((step) => 'command' in step && step.command.endsWith('mountpoint=none tank/is.there.')),
  );
  const missing = await shown({
    crioVersion: '1.31.2',
    files: { '/etc/containers/storage.conf': '[storage]\ndriver = "zfs"\n' },
  });
  assert.ok(missing.some((step) => 'text' in step && step.text.startsWith('graphroot = ')));
});
