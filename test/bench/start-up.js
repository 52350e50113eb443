// What a run costs against bare `node -e 0`: CPU time of the process and its children, time on the wall, peak memory.
//
//   make bench [RUNS=15] [CRIO=/usr/bin/crio] [CASES=healthy]     RESULTS.md holds what it printed
//
// Each case and bare Node take turns; shown is the median of the ratios of each turn. It runs in a mount
// namespace of its own, with an /etc and a /run that are made up, so that nothing of this machine is written.
// Nodes with ZFS are recorded ones, and what they ran is a real program here (stand-in-host.ts): zfs(8) and logger(1)
// do no work of their own, and what the kernel does for them is not measured.
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { cpus, release, tmpdir } from 'node:os';
import { basename } from 'node:path';

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
for (const name of ['logger', 'zfs']) symlinkSync('/bin/true', `${directory}/bin/${name}`);
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
/** The three lists, about so many times as long as after that week. */
function writeLists(times) {
  write(`${STORE}/zfs-images/images.json`, list(20 * times, 1500));
  write(`${STORE}/zfs-layers/layers.json`, list(100 * times, 400));
  write(`${STORE}/zfs-containers/containers.json`, list(30 * times, 600));
}
writeLists(1);

/** So many drop-ins of crio.conf.d, none of which names a driver. */
function writeDropIns(count) {
  const directory = '/etc/crio/crio.conf.d';
  const next = `${directory}.next`;
  mkdirSync(next);
  renameSync(`${directory}/10-crio.conf`, `${next}/10-crio.conf`);
  for (let index = 1; index < count; index += 1)
    writeFileSync(`${next}/20-${index}.conf`, `[crio.runtime]\nlog_level = "info" # ${index}\n`);
  rmSync(directory, { recursive: true });
  renameSync(next, directory);
}
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

/** On the node of #8771, where a correction asks it whether the configuration was understood. */
const CRIO_SAYS = {
  '--version': 'crio version 1.36.3\n',
  config: `[crio]
root = "/var/lib/crio"
runroot = "/var/run/crio"
# imagestore = ""
storage_driver = "zfs"
# storage_option = [
# ]
`,
};

/**
 * A recorded node for the stand-in, with so many more mounts and datasets, as layers make them.
 *
 * @param made what a correction will make: the stand-in looks at it
 */
function node(name, count, made = []) {
  const { answers } = JSON.parse(readFileSync(`test/corpus/${name}.json`, 'utf8'));
  const base = `${directory}/${basename(name)}-${count}-${made.length}`;
  const isOfStore = ([method, path]) => /^read(File|Directory)$/.test(method) && path.startsWith(STORE);
  const entries = answers
    .filter(({ ask }) => !isOfStore(ask) && !made.includes(ask[1]))
    .map(({ ask, answer }, index) => {
      const [method, subject, ...settings] = ask;
      const key = JSON.stringify(method === 'run' ? [method, basename(subject), ...settings] : ask);
      if (answer.state !== 'known' || !/^(readFile|run)$/.test(ask[0])) return [key, answer];
      const { text, base64, stdout, ...rest } = answer.value;
      const file = `${base}-${index}`;
      const content = text ?? stdout;
      writeFileSync(
        file,
        content === undefined ? Buffer.from(base64, 'base64') : grown(ask, content, ids(count)),
      );
      return [key, { state: 'known', value: { ...rest, file } }];
    });
  // What the recordings are too old to hold. The version is asked for once, and remembered.
  const crio = {
    kind: 'file',
    device: '8:1',
    inode: 9,
    mode: 0o755,
    userId: 0,
    groupId: 0,
    size: 9,
    modified: 0,
  };
  entries.push([JSON.stringify(['stat', '/usr/bin/crio']), { state: 'known', value: crio }]);
  for (const [word, said] of Object.entries(CRIO_SAYS)) {
    const file = `${directory}/crio-${word}`;
    writeFileSync(file, said);
    const answer = { state: 'known', value: { exitCode: 0, stderr: '', file } };
    entries.push([JSON.stringify(['run', 'crio', [word]]), answer]);
  }
  for (const path of made) entries.push([`made ${path}`, { state: 'absent' }]);
  writeFileSync(base, JSON.stringify(entries));
  return base;
}

/** The questions of such a node before a start, with the three children that it takes, for floor.cjs. */
function questions(recorded) {
  const asked = JSON.parse(readFileSync(recorded, 'utf8')).map(([key, answer]) => [key, answer.value?.file]);
  const ofItself = asked.flatMap(([key, file]) => {
    if (!/^\["(?:read|l?stat)/.test(key)) return [];
    const [method, path] = JSON.parse(key);
    return path.startsWith(STORE) ? [] : [[method, file ?? path]];
  });
  const [, listing] = asked.find(([key]) => key.includes('filesystem,volume'));
  const lists = ['images/images', 'layers/layers', 'containers/containers'];
  const children = [
    [
      'find',
      [STORE, '-maxdepth', '0', '-exec', 'cat', ...lists.map((name) => `${STORE}/zfs-${name}.json`), ';'],
    ],
    ['/bin/cat', [listing]],
    ['logger', ['--journald']],
  ];
  const file = `${recorded}.questions`;
  writeFileSync(file, JSON.stringify([...ofItself, ...children.map((words) => ['run', ...words])]));
  return file;
}

const program = `${directory}/main.cjs`;
const small = node('hosts/healthy', 100);
const large = node('hosts/healthy', 10_000);
const healthy = { recorded: small, args: [program, '--prestart'] };
const floor = (recorded) => ({ args: ['test/bench/floor.cjs', questions(recorded)] });
const withoutZfs = { args: ['dist/main.cjs', '--prestart'] };
/** Set up only while it is measured. */
const lists = (times) => ({ ...healthy, begin: () => writeLists(times), end: () => writeLists(1) });
const dropIns = (count) => ({ ...withoutZfs, begin: () => writeDropIns(count), end: () => writeDropIns(1) });
// The correction makes graphroot, writes a drop-in, and keeps what it did. That node has neither yet.
const MADE = [STORE, '/etc/crio/crio.conf.d'];
const corrected = {
  recorded: node('hosts/issue-8771', 0, MADE),
  args: [program, '--prestart'],
  begin: () => MADE.forEach((path) => renameSync(path, `${path}.aside`)),
  afterEach: () => {
    if (!MADE.every((path) => existsSync(path))) throw new Error('it is not corrected');
    for (const path of [...MADE, '/var/lib/crio-guard']) rmSync(path, { recursive: true });
  },
  end: () => MADE.forEach((path) => renameSync(`${path}.aside`, path)),
};
const naive = `findmnt -n -o SOURCE,FSTYPE -T ${STORE}; stat -f -c %T ${STORE}; zfs get -H mounted,mountpoint tank`;
const { CRIO, CASES = '' } = process.env;

const allCases = {
  'node -e 0': { args: ['-e', '0'] },
  'host without ZFS, before a start': withoutZfs,
  '  with 10 files in crio.conf.d': dropIns(10),
  '  with 100': dropIns(100),
  '  with 1,000': dropIns(1000),
  'healthy node, before a start': healthy,
  '  with lists of 1 MB together': lists(10),
  '  with lists of 10 MB together': lists(100),
  // Without the warning that there are many: it costs the rules their words.
  '  with 10,000 mounts and datasets': {
    recorded: large,
    args: healthy.args,
    variables: { CRIO_GUARD_DATASETS_MAXIMUM: '20000' },
  },
  '  its questions alone, not understood: the floor': floor(small),
  '  those with 10,000 mounts and datasets': floor(large),
  'healthy node with its root on ZFS': { ...healthy, recorded: node('platforms/root-on-zfs', 100) },
  'healthy node, --check': { recorded: small, args: [program, '--check'] },
  '#8771 node, --check with its correction proven': {
    recorded: node('hosts/issue-8771', 0),
    args: [program, '--check'],
  },
  '#8771 node, corrected before a start': corrected,
  'a shell script with findmnt, stat -f and zfs get': { program: '/bin/sh', args: ['-c', naive] },
  ...(CRIO === undefined ? {} : { 'crio config': { program: CRIO, args: ['config'] } }),
};

const cases = Object.fromEntries(
  Object.entries(allCases).filter(([name]) => name === 'node -e 0' || name.includes(CASES)),
);

/** User and system time of all children that have ended, in clock ticks of 10 ms. */
const ticks = () => {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ');
  return Number(fields[13]) + Number(fields[14]);
};

const env = ({ recorded, variables }) => ({
  ...environment,
  ...variables,
  ...(recorded === undefined ? {} : { RECORDED_NODE: recorded }),
});
// As systemd starts it: a shell reads its standard output.
const STDIO = ['ignore', 'pipe', 'ignore'];
const BATCH = 10;
function times(one) {
  const { program: file = process.execPath, args, begin, end, afterEach } = one;
  begin?.();
  const before = ticks();
  let wall = 0n;
  for (let index = 0; index < BATCH; index += 1) {
    const start = process.hrtime.bigint();
    spawnSync(file, args, { env: env(one), stdio: STDIO });
    wall += process.hrtime.bigint() - start;
    afterEach?.();
  }
  const cpu = ticks() - before;
  end?.();
  return { cpu, wall: Number(wall) };
}

// What the kernel counted for the process itself, told at its very end.
const tell = `${directory}/tell.cjs`;
writeFileSync(
  tell,
  `process.on('exit', () => require('fs').writeSync(3, String(process.resourceUsage().maxRSS)));`,
);
/** Of this Node; another program is not asked. */
function peakMemory(one) {
  const { program: file, args, begin, end, afterEach } = one;
  if (file !== undefined) return NaN;
  begin?.();
  const stdio = [...STDIO, 'pipe'];
  const { output } = spawnSync(process.execPath, ['-r', tell, ...args], { env: env(one), stdio });
  afterEach?.();
  end?.();
  return Number(output[3]);
}

// What is measured as a healthy node has to be one.
spawnSync(process.execPath, healthy.args, { env: env(healthy), stdio: STDIO });
const condition = readFileSync('/run/crio-guard/condition', 'utf8');
if (!condition.includes('verdict=ok\n')) throw new Error(`the healthy node is not healthy:\n${condition}`);

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
/** What each case gave in each turn, in the order of the cases. */
const turns = Array.from({ length: Number(runs) }, () =>
  Object.values(cases).map((one) => ({ ...times(one), memory: peakMemory(one) })),
);
/** Of one case against the first, turn by turn. */
const ratio = (index, what) => {
  const value = median(turns.map((turn) => turn[index][what] / turn[0][what]));
  return (Number.isNaN(value) ? '-' : `${value.toFixed(2)}x`).padStart(7);
};

const bare = median(turns.map((turn) => turn[0].cpu)) * (10 / BATCH);
const { model = 'unknown processor' } = cpus()[0] ?? {};
console.log(`${model}, ${cpus().length} processors; Linux ${release()}; Node ${process.versions.node}`);
console.log(`${runs} turns of ${BATCH} runs each, medians; bare Node takes ${bare.toFixed(0)} ms of CPU\n`);
console.log('    CPU    wall memory');
Object.keys(cases).forEach((name, index) => {
  console.log(`${ratio(index, 'cpu')} ${ratio(index, 'wall')} ${ratio(index, 'memory')}  ${name}`);
});
