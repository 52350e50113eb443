import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseCrioVersion, type CrioVersion } from '../../src/config/installed-crio/crio-version.js';
import { readInvocation } from '../../src/config/service/invocation.js';
import { diagnose } from '../../src/check/diagnose.js';
import { predict } from '../../src/driver/predict.js';
import type { Prediction } from '../../src/driver/prediction.js';
import { known } from '../../src/host/probe.js';
import { RecordedHost } from '../../src/host/recorded/recorded-host.js';
import { quirksOfStorage } from './storage-versions.js';
import { parseRecording } from '../../src/host/recorded/recording.js';

/** A directory that test/vm/layouts.py wrote for layouts of test/vm/random_layouts.py. */
const DIRECTORY = process.env['RANDOM_LAYOUTS'];

/** What one containers-storage did on a layout. */
interface Result {
  readonly id: string;
  readonly storage: string;
  readonly starts: boolean;
  readonly root: string;
  readonly error?: string;
  readonly dataset?: string;
}

function crio(): CrioVersion {
  const version = parseCrioVersion('crio version 1.36.3');
  assert.ok(version !== undefined);
  return version;
}

async function foresee(
  directory: string,
  { id, storage }: Result,
): Promise<{ root: string; prediction: Prediction }> {
  const recording = parseRecording(readFileSync(`${directory}/${id}.json`, 'utf8'));
  assert.ok(!('error' in recording), JSON.stringify(recording));
  const host = new RecordedHost(recording);
  const invocation = await readInvocation(host, { inherited: false, flags: host.crioFlags });
  const askVersion = () => Promise.resolve(known(crio()));
  const { input, prediction } = await diagnose(host, { invocation, askVersion, deep: false });
  if (input === undefined) return { root: '', prediction };
  const model = quirksOfStorage(storage);
  return { root: input.request.graphroot, prediction: predict({ ...input, model }).prediction };
}

/** A random number is in the name of the directory that overlay tries itself on. */
const comparable = (words: string): string => words.trimEnd().replace(/compat(\d+|\*)/g, 'compatN');

function disagreement(result: Result, root: string, prediction: Prediction): string | undefined {
  if (prediction.outcome === 'unknown') return JSON.stringify(prediction);
  if (prediction.outcome === 'starts') {
    if (!result.starts) return `starts instead of: ${result.error ?? ''}`;
    if (root !== result.root) return `root ${root} instead of ${result.root}`;
    if (prediction.driver !== 'zfs' || result.dataset === undefined) return undefined;
    return prediction.dataset === result.dataset
      ? undefined
      : `lands in ${prediction.dataset ?? 'nothing'} instead of ${result.dataset}`;
  }
  if (result.starts) return `starts, instead of: ${prediction.error}`;
  // Words that are not known to be exact are not compared, but for that number.
  if (!prediction.exactWords && !/compat\*/.test(prediction.words)) return undefined;
  const [said, foreseen] = [comparable(result.error ?? ''), comparable(prediction.error)];
  return said === foreseen ? undefined : `"${foreseen}" instead of "${said}"`;
}

async function disagreements(directory: string): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const line of readFileSync(`${directory}/layouts.jsonl`, 'utf8').trim().split('\n')) {
    // Written by our own script; the test would fail on any other form.
    const result = JSON.parse(line) as Result;
    const { root, prediction } = await foresee(directory, result);
    const why = disagreement(result, root, prediction);
    if (why !== undefined) wrong.push(`${result.id}, ${result.storage}: ${why}`);
  }
  return wrong;
}

// Only by hand: there is nothing to compare before somebody has run the layouts.
if (DIRECTORY !== undefined) {
  test('random layouts do what was foreseen', async () => {
    assert.deepEqual(await disagreements(DIRECTORY), []);
  });
}
