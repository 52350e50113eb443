import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { NEWEST_SUPPORTED } from '../../src/config/installed-crio/crio-version.js';
import { readInvocation } from '../../src/config/service/invocation.js';
import { diagnose } from '../../src/check/diagnose.js';
import { predict } from '../../src/driver/predict.js';
import type { Prediction } from '../../src/driver/prediction.js';
import type { PredictionInput } from '../../src/driver/prediction-input.js';
import { known } from '../../src/host/probe.js';
import { RecordedHost } from '../../src/host/recorded/recorded-host.js';
import { parseRecording } from '../../src/host/recorded/recording.js';
import { quirksOfStorage } from './storage-versions.js';

/** What containers-storage did on a layout; written by test/vm/ground-truth.sh. */
interface Result {
  readonly case: string;
  readonly input: string;
  readonly version: '1.57.2' | '1.64.0';
  readonly rc: number;
  readonly message?: string;
  readonly driver?: string;
  readonly dataset?: string;
}

/** A live run in the virtual machine names its own; it takes fewer layouts and versions than the corpus. */
const LIVE = process.env['GROUND_TRUTH'];
const DIRECTORY = LIVE ?? 'test/corpus/ground-truth';

const lines = readFileSync(`${DIRECTORY}/results.jsonl`, 'utf8').trim().split('\n');
// Written by our own script; the test would fail on any other form.
const results = lines.map((line) => JSON.parse(line) as Result);

async function situationOf(name: string): Promise<PredictionInput> {
  const recording = parseRecording(readFileSync(`${DIRECTORY}/${name}.json`, 'utf8'));
  assert.ok(!('error' in recording), JSON.stringify(recording));
  const host = new RecordedHost(recording);
  const invocation = await readInvocation(host, { inherited: false, flags: host.crioFlags });
  const askVersion = () => Promise.resolve(known(NEWEST_SUPPORTED));
  const { input, prediction } = await diagnose(host, { invocation, askVersion, deep: false });
  assert.ok(input !== undefined, JSON.stringify(prediction));
  // The command line tool does not take over what storage.conf says of another driver; CRI-O does.
  return name === '12' ? { ...input, request: { ...input.request, options: [] } } : input;
}

/** A random number is in the name of the directory that overlay tries itself on. */
const comparable = (words: string): string => words.trimEnd().replace(/compat(\d+|\*)/g, 'compatN');

function disagreement(result: Result, prediction: Prediction): string | undefined {
  if (result.rc !== 0) {
    if (prediction.outcome !== 'fails') return `${prediction.outcome} instead of fails`;
    const [said, foreseen] = [comparable(result.message ?? ''), comparable(prediction.words)];
    return said === foreseen ? undefined : `"${foreseen}" instead of "${said}"`;
  }
  if (prediction.outcome !== 'starts') return `${JSON.stringify(prediction)} instead of starts`;
  if (prediction.driver !== result.driver)
    return `driver ${prediction.driver} instead of ${result.driver ?? ''}`;
  if (result.driver !== 'zfs') return undefined;
  return prediction.dataset === result.dataset
    ? undefined
    : `lands in ${prediction.dataset ?? 'nothing'} instead of ${result.dataset ?? 'nothing'}`;
}

test('the prediction agrees with the real containers-storage on real ZFS', async () => {
  const table = new Map<string, string[]>();
  const wrong: string[] = [];
  for (const result of results) {
    const input = await situationOf(result.case);
    const model = quirksOfStorage(result.version);
    const why = disagreement(result, predict({ ...input, model }).prediction);
    const outcome = result.rc === 0 ? `starts ${result.dataset ?? result.driver ?? ''}` : 'fails';
    table.set(result.case, [...(table.get(result.case) ?? []), why === undefined ? outcome : 'DISAGREES']);
    if (why !== undefined) wrong.push(`case ${result.case}, ${result.version}: ${why}`);
  }
  for (const [name, row] of table) console.log(`case ${name}: ${row.join(' | ')}`);
  console.log(`${results.length} runs of ${table.size} layouts, ${wrong.length} disagreements`);
  assert.deepEqual(wrong, []);
  if (LIVE === undefined) {
    assert.equal(table.size, 59);
    assert.equal(results.length, 2 * 59);
  } else {
    assert.ok(table.size >= 40);
  }
});
