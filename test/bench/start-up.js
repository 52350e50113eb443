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
  const bundle = ['packaging/tools/bundle.js', directory, 'build/test/bench/stand-in-host.js'];
  const make = (...args) => spawnSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const made = make(...bundle).status || make(`${directory}/compile.cjs`).status;
  const command = ['--map-root-user', '--mount', process.execPath, process.argv[1], runs, directory];
  const { status, error } = spawnSync('unshare', command, { stdio: 'inherit' });
  rmSync(directory, { recursive: true });
  if (error !== undefined) throw error;
  process.exit(made || status);
}

const directory = inside;
mkdirSync(`${directory}/bin`);
symlinkSync('/bin/true', `${directory}/bin/logger`);
const environment = { PATH: `${directory}/bin:${process.env.PATH}` };

const must = (program, ...args) => {
  if (spawnSync(program, args, { stdio: 'inherit' }).status !== 0) throw new Error(`${program} failed`);
};
for (const path of ['/etc', '/run', '/var/lib']) must('mount', '-t', 'tmpfs', 'tmpfs', path);
const write = (path, text) => {
  mkdirSync(path.slice(0, path.lastIndexOf('/')), { recursive: true });
  writeFileSync(path, text);
};
// As packages install it, on a node whose driver is another one.
write('/etc/systemd/system/crio.service', readFileSync('test/vm/guest/crio.service', 'utf8'));
write('/etc/containers/storage.conf', '[storage]\ndriver = "overlay"\ngraphroot = "/g"\nrunroot = "/r"\n');
write('/etc/crio/crio.conf.d/10-crio.conf', '[crio.image]\nsignature_policy = "/etc/crio/policy.json"\n');
symlinkSync('/usr/share/zoneinfo/Etc/UTC', '/etc/localtime');
mkdirSync('/run/systemd/system', { recursive: true });
// Where journald would listen: something that is there and is neither file nor directory.
mkdirSync('/run/systemd/journal');
must('mkfifo', '/run/systemd/journal/socket');

// A store with a week's images and containers. It lies on the pool of the recorded nodes, so a child reads it.
const STORE = '/var/lib/crio/containers';
const ids = (count) => Array.from({ length: count }, (_, index) => index.toString(16).padStart(64, '0'));
const list = (count, size) => JSON.stringify(ids(count).map((id) => ({ id, names: ['n'.repeat(size)] })));
write(`${STORE}/zfs-images/images.json`, list(20, 1500));
write(`${STORE}/zfs-layers/layers.json`, list(100, 400));
write(`${STORE}/zfs-containers/containers.json`, list(30, 600));
for (const lock of ['storage.lock', 'userns.lock']) write(`${STORE}/${lock}`, '');
mkdirSync(`${STORE}/zfs`);

/** The same text with a line more for each layer. */
function grown([method, subject, args], text, layers) {
  if (method === 'readFile' && subject === '/proc/self/mountinfo') {
    const line = (id, index) =>
      `${1000 + index} 1 0:${1000 + index} / ${STORE}/zfs/graph/${id} rw,relatime - zfs tank/crio/${id} rw,xattr\n`;
    return text + layers.map(line).join('');
  }
  if (method === 'run' && args.includes('filesystem,volume')) {
    const [, type, , , ...cells] = text.trimEnd().split('\n').at(-1).split('\t');
    return (
      text +
      layers.map((id) => `${[`tank/crio/${id}`, type, 'legacy', 'yes', ...cells].join('\t')}\n`).join('')
    );
  }
  return text;
}

/** A recorded node for the stand-in, with so many more mounts and datasets, as layers make them. */
function node(name, count) {
  const { answers } = JSON.parse(readFileSync(`test/corpus/hosts/${name}.json`, 'utf8'));
  const isOfStore = ([method, path]) => /^read(File|Directory)$/.test(method) && path.startsWith(STORE);
  const entries = answers
    .filter(({ ask }) => !isOfStore(ask))
    .map(({ ask, answer }, index) => {
      const key = JSON.stringify(ask);
      if (answer.state !== 'known' || !/^(readFile|run)$/.test(ask[0])) return [key, answer];
      const { text, base64, stdout, ...rest } = answer.value;
      const file = `${directory}/${name}-${count}-${index}`;
      const content = text ?? stdout;
      writeFileSync(
        file,
        content === undefined ? Buffer.from(base64, 'base64') : grown(ask, content, ids(count)),
      );
      return [key, { state: 'known', value: { ...rest, file } }];
    });
  const path = `${directory}/${name}-${count}`;
  writeFileSync(path, JSON.stringify(entries));
  return path;
}

const program = `${directory}/main.cjs`;
const small = node('healthy', 100);
const cases = {
  'node -e 0': [undefined, '-e', '0'],
  'host without ZFS, before a start': [undefined, 'dist/main.cjs', '--prestart'],
  'healthy node, before a start': [small, program, '--prestart'],
  'healthy node, --check': [small, program, '--check'],
  '#8771 node, --check with its correction proven': [node('issue-8771', 0), program, '--check'],
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
