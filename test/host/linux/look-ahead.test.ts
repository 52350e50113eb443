import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { after, describe, it } from 'node:test';
import { lookAheadWithChild } from '../../../src/host/linux/child-look-ahead.js';
import { Deadline } from '../../../src/host/deadline.js';
import { LinuxHost } from '../../../src/host/linux/linux-host.js';
import { runRaw, type RunRaw } from '../../../src/host/linux/run.js';
import { known, unknown, type Probe } from '../../../src/host/probe.js';
import { RememberingHost } from '../../../src/host/remembering-host.js';
import type { Seen } from '../../../src/host/host.js';

const directory = mkdtempSync(`${tmpdir()}/crio-guard-ahead-`);
after(() => rmSync(directory, { recursive: true }));
const at = (name: string): string => `${directory}/${name}`;
mkdirSync(at('zfs-images'));
mkdirSync(at('zfs-layers/layers.json'), { recursive: true });
writeFileSync(at('zfs-layers/layers.json/inner.json'), 'nobody asks for it');
writeFileSync(at('zfs-images/images.json'), '[{"id":"a"}]\0x');
writeFileSync(at('zfs-images/images.lock'), '');
writeFileSync(at('containers.json'), '[]');
writeFileSync(at('storage.lock'), '');
writeFileSync(at("it's\na 'name'"), 'odd');
symlinkSync('zfs-images/images.json', at('link.json'));
symlinkSync('nowhere', at('dangling.json'));
symlinkSync('loop', at('loop'));
assert.equal(spawnSync('mkfifo', [at('fifo.json')]).status, 0);
const NAMES = [
  'zfs-images/images.json',
  'zfs-images/images.lock',
  'zfs-layers/layers.json',
  'zfs-containers/containers.json',
  'containers.json/x',
  'containers.json',
  "it's\na 'name'",
  'link.json',
  'dangling.json',
  'loop',
  'fifo.json',
  'gone',
].map(at);

const deadline = Deadline.in(60_000);
const host = new LinuxHost({ deadline, environment: {}, userId: 0, program: process.execPath });

async function ahead(
  change: (answer: RunRaw) => Probe<RunRaw> = known,
  limit = 1_000_000,
  where = directory,
): Promise<Seen> {
  const run = async (program: string, args: readonly string[], most = 1_000_000) => {
    const environment = { LC_ALL: 'C' };
    const answer = await runRaw(`/usr/bin/${program}`, args, deadline, { environment, limit: most });
    return answer.state === 'known' ? change(answer.value) : answer;
  };
  return lookAheadWithChild(run, { directory: where, paths: NAMES }, limit);
}

const isEmpty = ({ statuses, directories, fileSystems, files }: Seen): boolean =>
  statuses.size + directories.size + fileSystems.size + files.size === 0;

describe('one child looks ahead', () => {
  it('sees each status as lstat does, the absent ones included', async () => {
    const { statuses } = await ahead();
    for (const path of [directory, ...NAMES]) {
      assert.deepEqual(statuses.get(path), await host.lstat(path), path);
    }
  });

  it('reads the lists among the files whole, and opens nothing else', async () => {
    const { files } = await ahead();
    for (const [path, answer] of files) assert.deepEqual(answer, await host.readFile(path), path);
    assert.deepEqual(
      [...files.keys()].sort(),
      [at('containers.json'), at('zfs-images/images.json'), at('zfs-layers/layers.json/inner.json')].sort(),
    );
  });

  it('lists the directory as readdir does', async () => {
    const { directories } = await ahead();
    assert.deepEqual(directories.get(directory), await host.readDirectory(directory));
    assert.equal(directories.size, 1);
  });

  it('sees the file system of the directory as statfs does, whatever its name', async () => {
    const odd = at('a [*?] \\d');
    mkdirSync(odd);
    for (const where of [directory, odd]) {
      const { fileSystems } = await ahead(known, 1_000_000, where);
      const [[path, seen] = []] = fileSystems;
      assert.equal(path, where);
      const real = await host.statFileSystem(where);
      assert.ok(seen?.state === 'known' && real.state === 'known');
      const { type, blockSize, blocks, files } = real.value;
      assert.deepEqual({ ...seen.value, type, blockSize, blocks, files }, seen.value);
    }
    rmSync(odd, { recursive: true });
  });

  it('leaves a list out that is larger than the limit', async () => {
    const { files } = await ahead(known, 5000);
    assert.equal(files.size, 3);
    writeFileSync(at('zfs-images/images.json'), 'x'.repeat(6000));
    const seen = await ahead(known, 5000);
    writeFileSync(at('zfs-images/images.json'), '[{"id":"a"}]\0x');
    assert.equal(seen.files.has(at('zfs-images/images.json')), false);
  });

  it('says of a missing directory that it is missing, and lists nothing', async () => {
    const { statuses, directories, fileSystems } = await ahead(known, 1_000_000, at('gone'));
    assert.equal(statuses.get(at('gone'))?.state, 'absent');
    assert.equal(directories.size + fileSystems.size, 0);
  });

  it('does not list a directory of which find could not read a part', async () => {
    const complain = (answer: RunRaw): Probe<RunRaw> =>
      known({ ...answer, stderr: `${answer.stderr}find: '${directory}': Input/output error\n` });
    assert.equal((await ahead(complain)).directories.size, 0);
  });

  it('sees nothing when the parts do not fit', async () => {
    const cut = ({ stdout, ...rest }: RunRaw) => known({ ...rest, stdout: stdout.subarray(0, -1) });
    assert.ok(isEmpty(await ahead(cut)));
    const longer = ({ stdout, ...rest }: RunRaw) =>
      known({ ...rest, stdout: Buffer.concat([stdout, Buffer.from('x')]) });
    assert.ok(isEmpty(await ahead(longer)));
    appendFileSync(at(`n\xff`), '');
    const odd = (answer: RunRaw) => {
      const stdout = Buffer.from(answer.stdout);
      stdout.writeUInt8(0xff, stdout.indexOf(directory));
      return known({ ...answer, stdout });
    };
    assert.ok(isEmpty(await ahead(odd)));
  });

  it('sees nothing when the child hangs or cannot be started', async () => {
    const never = () => Promise.resolve(unknown('timeout', 'run find', 'it did not end'));
    assert.ok(isEmpty(await lookAheadWithChild(never, { directory, paths: NAMES }, 100)));
  });
});

describe('a look that was prepared', () => {
  class Counting extends LinuxHost {
    asked: string[] = [];
    override lookAhead() {
      return ahead();
    }
    override lstat(path: string) {
      this.asked.push(path);
      return super.lstat(path);
    }
    override stat(path: string) {
      this.asked.push(path);
      return super.stat(path);
    }
  }
  const counting = () => new Counting({ deadline, environment: {}, userId: 0, program: process.execPath });

  it('answers without the machine, except where a symlink leads elsewhere', async () => {
    const machine = counting();
    const look = new RememberingHost(machine);
    await look.lookAhead({ directory, paths: NAMES });
    for (const path of NAMES) {
      assert.deepEqual(await look.lstat(path), await host.lstat(path), path);
      assert.deepEqual(await look.stat(path), await host.stat(path), path);
    }
    assert.deepEqual(machine.asked.sort(), ['dangling.json', 'link.json', 'loop'].map(at));
  });

  it('looks only once', async () => {
    let looks = 0;
    const machine = counting();
    machine.lookAhead = () => {
      looks += 1;
      return ahead();
    };
    const look = new RememberingHost(machine);
    await look.lookAhead({ directory, paths: NAMES });
    await look.lookAhead({ directory, paths: NAMES.slice(1) });
    assert.equal(looks, 1);
    await look.lookAhead({ directory, paths: [at('another')] });
    assert.equal(looks, 2);
  });

  it('keeps an answer that it has', async () => {
    const look = new RememberingHost(counting());
    const before = await look.lstat(at('storage.lock'));
    appendFileSync(at('storage.lock'), 'more');
    await look.lookAhead({ directory, paths: NAMES });
    assert.deepEqual(await look.lstat(at('storage.lock')), before);
  });
});
