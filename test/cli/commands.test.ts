import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it, test } from 'node:test';
import { MORE, TABLE } from './mistakes.js';

const HOSTS = 'test/corpus/hosts';
const HEALTHY = `${HOSTS}/healthy.json`;
const BROKEN = `${HOSTS}/issue-8771.json`;

const directory = mkdtempSync(join(tmpdir(), 'crio-guard-commands-'));
after(() => rmSync(directory, { recursive: true }));
const file = (name: string): string => join(directory, name);

/** The healthy host, where the table of mounts cannot be read. */
const UNKNOWN = file('unknown.json');
writeFileSync(
  UNKNOWN,
  readFileSync(HEALTHY, 'utf8').replace(
    /^(\{"ask":\["readFile","\/proc\/self\/mountinfo"\],"answer":).*\}(,?)$/m,
    '$1{"state":"unknown","why":{"kind":"permission","question":"read it","detail":"EACCES"}}}$2',
  ),
);

interface Run {
  readonly argv: readonly string[];
  readonly exit: number;
  readonly out?: RegExp;
  readonly error?: RegExp;
  readonly environment?: Readonly<Record<string, string>>;
}

interface Result {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

/** Runs the program as it is installed. */
function guard(argv: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Result> {
  const env = { PATH: process.env['PATH'] ?? '', ...environment };
  return new Promise((resolve) => {
    execFile(process.execPath, ['dist/main.cjs', ...argv], { env }, (failure, out, error) => {
      resolve({
        code: typeof failure?.code === 'number' ? failure.code : failure === null ? 0 : -1,
        out,
        error,
      });
    });
  });
}

const run = (command: string, exit: number, more: Pick<Run, 'out' | 'error' | 'environment'> = {}): Run => ({
  argv: command === '' ? [] : command.split(' '),
  exit,
  ...more,
});

/** Every command, option, format and exit code of the help. */
const RUNS: readonly Run[] = [
  run('--help', 0, { out: /^Usage: crio-guard/ }),
  run('-h', 0, { out: /^Usage: crio-guard/ }),
  run('--version', 0, { out: /^crio-guard \d+\.\d+\.\d+\n$/ }),
  run('-V', 0, { out: /^crio-guard \d/ }),
  run(`--from ${HEALTHY}`, 0, { out: /tank\/crio/ }),
  run(`--check --from ${HEALTHY}`, 0, { out: /tank\/crio/ }),
  run(`--check --from=${BROKEN}`, 1, { out: /CG201/ }),
  run(`--check --from ${UNKNOWN}`, 2),
  run(`--json --from ${HEALTHY}`, 0, { out: /"verdict": "ok"/ }),
  run(`--format=text --from ${BROKEN}`, 1, { out: /CG201/ }),
  run(`--format json --from ${BROKEN}`, 1, { out: /"verdict": "error"/ }),
  run(`--format=npd --from ${HEALTHY}`, 0, { out: /^.{1,80}\n?$/ }),
  run(`--format=npd --from ${BROKEN}`, 1, { out: /CG201/ }),
  run(`--format=npd --only=CG2,CG301 --from ${BROKEN}`, 1),
  run(`--format=npd --only=CG5 --from ${BROKEN}`, 0),
  run(`--format=npd --from ${UNKNOWN}`, 2),
  run(`--format=prometheus --from ${BROKEN}`, 1, { out: /^crio_guard_verdict\{verdict="error"\} 1$/m }),
  run(`--check --metrics ${file('metrics.prom')} --from ${HEALTHY}`, 0),
  run(`--check --condition ${file('condition')} --from ${HEALTHY}`, 0),
  run(`--check --metrics=${directory} --from ${HEALTHY}`, 2, { error: /could not be written/ }),
  run(`--check --deep --from ${UNKNOWN}`, 2),
  run(`--check --verbose --from ${HEALTHY}`, 0, { error: /storage\.conf/ }),
  run(`--check --from ${UNKNOWN} -- --root /srv/crio`, 2),
  run(`--check --from ${BROKEN} -- --storage-driver`, 1, { out: /flag needs an argument/ }),
  ...['1.36.3', 'v1.36.3', '1.36.0-dev', '1.31.2-3.rhaos4.17.git0aa'].flatMap((version) => [
    run(`--check --crio-version ${version} --from ${HEALTHY}`, 0),
    run(`--config --crio-version=${version} --from ${HEALTHY}`, 0, { out: /tank|\/var\/lib\/crio/ }),
  ]),
  run(`--config --from ${HEALTHY}`, 0, { out: /\/etc\/containers\/storage\.conf:3/ }),
  run(`--recommend --from ${HEALTHY}`, 0, { out: /^# CRI-O starts.*tank\/crio/ }),
  run(`--recommend tank --from=${HEALTHY}`, 0, { out: /nothing has to be changed/ }),
  run(`--config --json --from ${BROKEN}`, 0, { out: /"origin"/ }),
  run(`--config --verbose --from ${BROKEN}`, 0, { error: /storage\.conf/ }),
  run(`--config --from ${BROKEN} -- --storage-driver`, 1),
  run(`--fix --dry-run --from ${BROKEN}`, 1, { out: /containers/ }),
  run(`--fix --dry-run --from ${HEALTHY}`, 0),
  run(`--fix --dry-run --yes --from ${HEALTHY}`, 0),
  run(`--fix --dry-run --json --from ${BROKEN}`, 1, { out: /"correction"/ }),
  run('--explain CG201', 0, { out: /^CG201 graphroot-is-mountpoint/ }),
  run('--explain=graphroot-is-mountpoint --json', 0, { out: /"code": "CG201"/ }),
  run('--explain CG999', 64, { error: /^crio-guard: .*CG999/ }),
  run('--list-rules', 0, { out: /CG201 {2}error/ }),
  run('--list-rules --json', 0, { out: /^\{/ }),
  run(`--record ${file('host.json')}`, 0, { out: /^recorded \d+ answers/ }),
  run(`--record=${file('given.json')} --crio-version 1.36.3 -- --root /srv/crio`, 0),
  run(`--record ${directory}`, 2, { error: /could not be written/ }),
  run('--prestart', 0, { environment: { CRIO_GUARD_MODE: 'off' }, error: /mode is "off"/ }),
  run('--prestart --verbose', 0, { environment: { CRIO_GUARD_MODE: 'off' } }),
  // This machine's own ledger; what is in it decides, so that only the form is looked at.
  run('--revert --json', 0, { out: /^\{/ }),
  run('--revert --unneeded --json', 0, { out: /^\{/ }),
  run('--revert --list --json', 0, { out: /^\{/ }),
  run('--revert --dry-run --id newest --json', 0, { out: /^\{/ }),
  run('--revert --force --id=of-no-correction --json', 1, { error: /has the ID of-no-correction/ }),
];

/** What is wrong with a recording. */
const RECORDINGS: Readonly<Record<string, string>> = {
  empty: '',
  'cut-off': readFileSync(BROKEN, 'utf8').slice(0, 4000),
  foreign: '{"a":1}',
  list: '[]',
  'no-answers': '{"format":"crio-guard-host","version":1,"recorded":"x","userId":0}',
  newer: '{"format":"crio-guard-host","version":2,"recorded":"x","userId":0,"answers":[]}',
  ...Object.fromEntries(
    [
      '5',
      '{"ask":["readFile","/a"],"answer":{"state":"known","value":5}}',
      '{"ask":["readFile","/a"],"answer":{"state":"known","value":{}}}',
      '{"ask":["stat","/a"],"answer":{"state":"known","value":null}}',
      '{"ask":["readDirectory","/a"],"answer":{"state":"known","value":[{}]}}',
      '{"ask":["run","/a",[]],"answer":{"state":"known","value":{"stdout":1}}}',
      '{"ask":["environment","A"],"answer":{"state":"known","value":[]}}',
      '{"ask":["stat","/a"],"answer":{"state":"unknown","why":{}}}',
      '{"ask":[],"answer":{"state":"absent"}}',
    ].map((answer, index) => [
      `answer-${index}`,
      `{"format":"crio-guard-host","version":1,"recorded":"x","userId":0,"answers":[${answer}]}`,
    ]),
  ),
};

describe('the documented command lines', { concurrency: 2 }, () => {
  for (const { argv, exit, out = /^/, error = /^/, environment } of RUNS) {
    it(`crio-guard ${argv.join(' ').replaceAll(directory, 'TMP')} ends with ${exit}`, async () => {
      const result = await guard(argv, environment);
      assert.equal(result.code, exit, result.out + result.error);
      assert.match(result.out, out);
      assert.match(result.error, error);
      assert.doesNotMatch(result.error, /^\s+at |internal error/m);
    });
  }
});

describe('a recording that is malformed is a usage error', { concurrency: 2 }, () => {
  for (const [name, text] of Object.entries(RECORDINGS)) {
    it(name, async () => {
      const path = file(`${name}.json`);
      writeFileSync(path, text);
      const { code, out, error } = await guard(['--check', '--from', path]);
      assert.equal(code, 64, out + error);
      assert.match(error, new RegExp(`^crio-guard: ${path}: [^\\n]+\\n$`));
    });
  }
});

test('a recording that was just made can be checked', async () => {
  const path = file('again.json');
  assert.equal((await guard(['--record', path])).code, 0);
  const { code } = await guard(['--check', '--from', path]);
  assert.ok(code === 0 || code === 1 || code === 2, String(code));
  assert.ok(existsSync(path));
});

test('every option, format and exit code of --help is used above', async () => {
  const { out } = await guard(['--help']);
  const used = new Set(RUNS.flatMap(({ argv }) => argv.map((word) => word.replace(/=.*/s, ''))));
  const named = new Set(out.match(/(?<![\w-])--[a-z][a-z-]+/g));
  assert.deepEqual(
    [...named].filter((flag) => !used.has(flag)),
    [],
    'options without a run',
  );
  const formats = /--format FORMAT .*?: ([\s\S]*?)\n {2}--/
    .exec(out)?.[1]
    ?.match(/\b(?!or\b|node-)[a-z]+\b/g);
  const words = new Set(RUNS.flatMap(({ argv }) => argv.flatMap((word) => word.split('='))));
  const missing = formats?.filter(
    (name) => !words.has(name) && !['node', 'problem', 'detector'].includes(name),
  );
  assert.deepEqual(missing, [], 'formats without a run');
  const codes = /^Exit codes: ([\s\S]*?)\.$/m.exec(out)?.[1]?.match(/\b\d+\b/g);
  const seen = new Set([
    ...RUNS.map(({ exit }) => exit),
    ...[...TABLE.map(([, typed]) => [typed] as const), ...MORE].map(() => 64),
  ]);
  assert.deepEqual(
    codes?.filter((code) => !seen.has(Number(code))),
    [],
  );
});
