import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { CrioVersion } from '../../src/config/installed-crio/crio-version.js';
import { isRecord, parseRecord } from '../../src/text/json-record.js';
import type { Execution } from '../../src/host/host.js';
import { expectedOf, readCases, VERSIONS, type Accepted, type Case, type Refused } from '../config/corpus.js';
import { askConfiguration, type Crio } from './ask-crio.js';
import { PrivateDirectories } from './private-directories.js';

// Runs every configuration of the corpus through the stand-in for CRI-O of the test machine, as each version, and
// prints one JSON line for each answer that is not CRI-O's. It wants a mount namespace of its own.

/** A parser's own words about a broken file: the stand-in has Python's parser. */
const PARSERS_WORDS = /(toml: ).*$/s;

function essence(answer: Accepted | Refused): string {
  if (!answer.ok) return answer.error.replace(PARSERS_WORDS, '$1…');
  const { root, runroot, imagestore, driver, options } = answer;
  return JSON.stringify([root, runroot, imagestore, driver, options]);
}

function startServer(): { ask: (version: string) => Crio; end: () => void } {
  const server = ['test/conformance/stand_in_server.py', 'test/vm/guest'];
  const python = spawn('/usr/bin/python3', ['-IB', ...server], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: python.stdout })[Symbol.asyncIterator]();
  const ask =
    (version: string): Crio =>
    async (args, environment) => {
      python.stdin.write(`${JSON.stringify({ version, arguments: args, environment })}\n`);
      const next: IteratorResult<string, unknown> = await lines.next();
      const answer = next.done === true ? undefined : parseRecord(next.value);
      if (!isExecution(answer)) throw new Error(`the stand-in does not answer ${args.join(' ')}`);
      return answer;
    };
  return { ask, end: () => python.stdin.end() };
}

const isExecution = (value: unknown): value is Execution =>
  isRecord(value) && typeof value['exitCode'] === 'number' && typeof value['stderr'] === 'string';

/** The first and the last version with each answer; what is alike on both sides is alike between them. */
function boundaries(expect: Case['expect']): CrioVersion[] {
  const answers = VERSIONS.map((version) => expectedOf(expect, version));
  return VERSIONS.filter((_, at) => answers[at] !== answers[at - 1] || answers[at] !== answers[at + 1]);
}

const { ask, end } = startServer();
// Python has its own files open before they are covered.
await ask('1.37.0')(['--version'], {});
const cases = readCases();
const directories = PrivateDirectories.make();
for (const test of cases) {
  for (const version of boundaries(test.expect)) {
    const expected = expectedOf(test.expect, version);
    const answer = await askConfiguration(ask(version.text), directories, test);
    if (essence(answer) === essence(expected)) continue;
    console.log(JSON.stringify({ id: test.id, version: version.text, expected, answer }));
  }
}
end();
