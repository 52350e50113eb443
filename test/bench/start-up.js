// What a run costs against bare `node -e 0`, in CPU time of the process and its children, as ratios of
// medians from the same minutes. Run on a quiet machine: node test/bench/start-up.js [RUNS]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';

const runs = Number(process.argv[2] ?? 15);
const directory = mkdtempSync(`${tmpdir()}/crio-guard-bench-`);
const environment = { PATH: process.env.PATH };

/** User and system time of all children that have ended, in clock ticks of 10 ms. */
const ticks = () => {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ');
  return Number(fields[13]) + Number(fields[14]);
};

const BATCH = 10;
const measure = (args) => {
  const before = ticks();
  for (let index = 0; index < BATCH; index += 1) {
    spawnSync(process.execPath, args, { env: environment, stdio: 'ignore' });
  }
  return ((ticks() - before) * 10) / BATCH;
};

/** A recorded host with many more mounts and datasets, as layers make them. */
function grown(name, count) {
  const recording = JSON.parse(readFileSync(`test/corpus/hosts/${name}.json`, 'utf8'));
  for (const { ask, answer } of recording.answers) {
    if (ask[0] === 'readFile' && ask[1] === '/proc/self/mountinfo') {
      const line = (index) =>
        `${1000 + index} 1 0:${1000 + index} / /var/lib/crio/containers/zfs/graph/${index} rw - zfs tank/crio/${index} rw\n`;
      for (let index = 0; index < count; index += 1) answer.value.text += line(index);
    }
    if (ask[0] === 'run' && ask[2]?.includes('filesystem,volume')) {
      const last = answer.value.stdout.trimEnd().split('\n').at(-1).split('\t');
      const more = Array.from({ length: count }, (_, index) =>
        [`tank/crio/${index}`, last[1], 'legacy', 'yes', ...last.slice(4)].join('\t'),
      );
      answer.value.stdout += `${more.join('\n')}\n`;
    }
  }
  const path = `${directory}/${name}-${count}.json`;
  writeFileSync(path, JSON.stringify(recording));
  return path;
}

const check = (file) => ['dist/main.cjs', '--check', '--from', file];
const cases = {
  'node -e 0': ['-e', '0'],
  'this host, before a start': ['dist/main.cjs', '--prestart'],
  'recorded healthy node': check('test/corpus/hosts/healthy.json'),
  'recorded #8771 node, with its correction proven': check('test/corpus/hosts/issue-8771.json'),
  'healthy node with 10,000 mounts and datasets': check(grown('healthy', 10_000)),
};

const samples = Object.fromEntries(Object.keys(cases).map((name) => [name, []]));
for (let run = 0; run < runs; run += 1) {
  for (const [name, args] of Object.entries(cases)) samples[name].push(measure(args));
}
const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
const bare = median(samples['node -e 0']);
for (const [name, values] of Object.entries(samples)) {
  const middle = median(values);
  console.log(`${middle.toFixed(0).padStart(5)} ms CPU  ${(middle / bare).toFixed(2)}x  ${name}`);
}
rmSync(directory, { recursive: true });
