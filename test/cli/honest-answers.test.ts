import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { afterEach, beforeEach, test } from 'node:test';
import { isRecord, parseRecord } from '../../src/text/json-record.js';
import { BuiltProgram } from './built-program.js';
import { HOSTS } from '../hosts/replay.js';

const skip = BuiltProgram.lacking ?? false;
const STORAGE = '/etc/containers/storage.conf';

let guard: BuiltProgram;
beforeEach(() => {
  guard = new BuiltProgram();
  guard.program('crio', 'echo crio version 1.36.3');
  guard.program('zfs', 'exit 1');
  driver('zfs');
});
afterEach(() => guard.close());

const driver = (name: string): void =>
  guard.write(STORAGE, `[storage]\ndriver = "${name}"\ngraphroot = "/var/lib/c"\nrunroot = "/run/c"\n`);

interface Answer {
  readonly status: number | null;
  readonly verdict: unknown;
  readonly outcome: unknown;
  readonly cause: unknown;
  readonly codes: readonly string[];
}

function answer(...args: readonly string[]): Answer {
  const { status, stdout, stderr } = guard.run(['--check', '--json', ...args]);
  const report = parseRecord(stdout);
  assert.ok(isRecord(report?.['prediction']), stderr);
  const { outcome, cause } = report['prediction'];
  const findings: readonly unknown[] = Array.isArray(report['findings']) ? report['findings'] : [];
  return {
    status,
    verdict: report['verdict'],
    outcome,
    cause: isRecord(cause) ? cause['kind'] : undefined,
    codes: findings.map((finding) => (isRecord(finding) ? String(finding['code']) : '')),
  };
}

test('a host without CRI-O: that is the finding, and nothing is said as a fact', { skip }, () => {
  guard.remove('/usr/bin/crio');
  driver('overlay');
  const { status, verdict, codes } = answer();
  assert.deepEqual([status, verdict, codes.includes('CG010')], [0, 'warning', true]);
  const { stdout } = guard.run(['--check']);
  assert.match(stdout, /^warning: CRI-O is not installed; /);
  assert.doesNotMatch(stdout, /CRI-O will/);
});

test('a container without /dev/zfs: CRI-O fails, and nobody is told to load a module', { skip }, () => {
  guard.program('systemd-detect-virt', 'echo lxc');
  const { status, outcome, cause } = answer();
  assert.deepEqual([status, outcome, cause], [1, 'fails', 'zfs-device-missing']);
  const { stdout } = guard.run(['--check']);
  assert.doesNotMatch(stdout, /^ *modprobe/m);
  assert.match(stdout, /container/);
});

test('a host without systemd: the defaults of CRI-O are followed', { skip }, () => {
  driver('overlay');
  const { status, outcome, codes } = answer();
  assert.deepEqual([status, outcome, codes], [0, 'starts', []]);
});

test('a driver that is not followed to its end is never said to start', { skip }, () => {
  driver('overlay');
  for (const format of ['text', 'npd']) {
    const { stdout } = guard.run(['--check', `--format=${format}`]);
    assert.match(stdout.replaceAll(/\s+/g, ' '), /driver overlay; .*not predicted/);
    assert.doesNotMatch(stdout, /will start/);
  }
});

test(
  'an ordinary user is told what could not be read, and changes nothing',
  {
    skip: process.getuid?.() === 0 ? skip : 'another user can be taken by root alone',
  },
  () => {
    const directory = fs.mkdtempSync('/tmp/crio-guard-user-');
    fs.chmodSync(directory, 0o755);
    fs.cpSync('dist', `${directory}/dist`, { recursive: true });
    const asUser = (...args: readonly string[]) =>
    spawnSync('setpriv', ['--reuid=65534', '--regid=65534', '--clear-groups', process.execPath, `${directory}/dist/main.cjs`, ...args], { encoding: 'utf8', env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' } }); // prettier-ignore
    try {
      const host = `${directory}/host.json`;
      fs.copyFileSync(`${HOSTS}/7-001.json`, host);
      assert.equal(
        asUser('--check', '--from', host).status,
        asUser('--check', '--json', '--from', host).status,
      );
      const { stdout, stderr } = asUser('--fix', '--yes', '--json');
      const correction = parseRecord(stdout)?.['correction'];
      assert.ok(isRecord(correction), stderr);
      assert.ok(['none', 'refused'].includes(String(correction['state'])));
      assert.match(stderr, /^crio-guard: nothing is corrected: only root .*--fix --dry-run/m);
    } finally {
      fs.rmSync(directory, { recursive: true });
    }
  },
);
