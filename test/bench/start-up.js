// What a run costs against bare `node -e 0`: CPU time of the process and its children, and peak memory.
//
//   node test/bench/start-up.js [RUNS]
//
// Each case and bare Node take turns; shown is the median of the ratios of each turn. It runs in a mount
// namespace of its own, with an /etc and a /run that are made up, so that nothing of this machine is written.
// Nodes with ZFS are recorded ones, and what they ran is a real program here (stand-in-host.ts).
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';

const [runs = '15', inside] = process.argv.slice(2);
if (inside === undefined) {
  const directory = mkdtempSync(`${tmpdir()}/crio-guard-bench-`);
  const bundle = ['packaging/bundle.js', directory, 'build/test/bench/stand-in-host.js'];
  const built = spawnSync(process.execPath, bundle, { stdio: ['ignore', 'ignore', 'inherit'] });
  const command = ['--map-root-user', '--mount', process.execPath, process.argv[1], runs, directory];
  const { status, error } = spawnSync('unshare', command, { stdio: 'inherit' });
  rmSync(directory, { recursive: true });
  if (error !== undefined) throw error;
  process.exit(built.status || status);
}

const directory = inside;
mkdirSync(`${directory}/bin`);
symlinkSync('/bin/true', `${directory}/bin/logger`);
const environment = { PATH: `${directory}/bin:${process.env.PATH}` };

const must = (program, ...args) => {
  if (spawnSync(program, args, { stdio: 'inherit' }).status !== 0) throw new Error(`${program} failed`);
};
for (const path of ['/etc', '/run']) must('mount', '-t', 'tmpfs', 'tmpfs', path);
const write = (path, text) => {
  mkdirSync(path.slice(0, path.lastIndexOf('/')), { recursive: true });
  writeFileSync(path, text);
};
// As packages install it, on a node whose driver is another one.
write('/etc/systemd/system/crio.service', readFileSync('test/vm/guest/crio.service', 'utf8'));
write('/etc/containers/storage.conf', '[storage]\ndriver = "overlay"\ngraphroot = "/g"\nrunroot = "/r"\n');
write('/etc/crio/crio.conf.d/10-crio.conf', '[crio.image]\nsignature_policy = "/etc/crio/policy.json"\n');
mkdirSync('/run/systemd/system', { recursive: true });
// Where journald would listen: something that is there and is neither file nor directory.
mkdirSync('/run/systemd/journal');
must('mkfifo', '/run/systemd/journal/socket');

/** A recorded node for the stand-in, with many more mounts and datasets, as layers make them. */
function node(name, count = 0) {
  const { answers } = JSON.parse(readFileSync(`test/corpus/hosts/${name}.json`, 'utf8'));
  const file = (kind, text) => {
    const path = `${directory}/${name}-${count}-${kind}`;
    writeFileSync(path, text);
    return path;
  };
  const mounts = Array.from(
    { length: count },
    (_, index) =>
      `${1000 + index} 1 0:${1000 + index} / /var/lib/crio/containers/zfs/graph/${index} rw - zfs tank/crio/${index} rw\n`,
  );
  const entries = answers.map(({ ask, answer }, index) => {
    const { state, value } = answer;
    if (state !== 'known' || (ask[0] !== 'readFile' && ask[0] !== 'run'))
      return [JSON.stringify(ask), answer];
    if (ask[0] === 'readFile') {
      const bytes = Buffer.from(value.text ?? value.base64, 'text' in value ? 'utf8' : 'base64');
      const more = Buffer.from(ask[1] === '/proc/self/mountinfo' ? mounts.join('') : '');
      return [JSON.stringify(ask), { state, value: { file: file(index, Buffer.concat([bytes, more])) } }];
    }
    const { stdout, ...rest } = value;
    const cells = stdout.trimEnd().split('\n').at(-1).split('\t');
    const datasets = ask[2].includes('filesystem,volume')
      ? mounts.map(
          (_, at) => `${[`tank/crio/${at}`, cells[1], 'legacy', 'yes', ...cells.slice(4)].join('\t')}\n`,
        )
      : [];
    return [
      JSON.stringify(ask),
      { state, value: { ...rest, file: file(index, stdout + datasets.join('')) } },
    ];
  });
  return file('answers', JSON.stringify(entries));
}

const program = `${directory}/main.cjs`;
const small = node('healthy');
const cases = {
  'node -e 0': [undefined, '-e', '0'],
  'host without ZFS, before a start': [undefined, 'dist/main.cjs', '--prestart'],
  'healthy node, before a start': [small, program, '--prestart'],
  'healthy node, --check': [small, program, '--check'],
  '#8771 node, --check with its correction proven': [node('issue-8771'), program, '--check'],
  'healthy node with 10,000 mounts and datasets': [node('healthy', 10_000), program, '--prestart'],
};

/** User and system time of all children that have ended, in clock ticks of 10 ms. */
const ticks = () => {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ');
  return Number(fields[13]) + Number(fields[14]);
};

const env = (recorded) =>
  recorded === undefined ? environment : { ...environment, RECORDED_NODE: recorded };
const BATCH = 10;
function processorTime([recorded, ...args]) {
  const before = ticks();
  for (let index = 0; index < BATCH; index += 1) {
    spawnSync(process.execPath, args, { env: env(recorded), stdio: 'ignore' });
  }
  return ticks() - before;
}

// What the kernel counted for the process itself, told at its very end.
const tell = `${directory}/tell.cjs`;
writeFileSync(
  tell,
  `process.on('exit', () => require('fs').writeSync(3, String(process.resourceUsage().maxRSS)));`,
);
function peakMemory([recorded, ...args]) {
  const stdio = ['ignore', 'ignore', 'ignore', 'pipe'];
  return Number(spawnSync(process.execPath, ['-r', tell, ...args], { env: env(recorded), stdio }).output[3]);
}

const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
/** Of each case against the first, turn by turn. */
function ratios(measure, turns) {
  const found = Object.keys(cases).map(() => []);
  for (let turn = 0; turn < turns; turn += 1) {
    const values = Object.values(cases).map(measure);
    values.forEach((value, index) => found[index].push(value / values[0]));
  }
  return found.map(median);
}

const processor = ratios(processorTime, Number(runs));
const memory = ratios(peakMemory, Number(runs));
console.log('  CPU  memory');
Object.keys(cases).forEach((name, index) => {
  console.log(`${processor[index].toFixed(2)}x   ${memory[index].toFixed(2)}x  ${name}`);
});
