import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { parseCommand } from '../../src/cli/argv.js';
import { checkRequest } from '../../src/cli/check.js';
import { EXIT } from '../../src/cli/exit-code.js';
import { runRecommend } from '../../src/cli/recommend.js';
import { recommend } from '../../src/recommend/recommend.js';
import { recommendationText } from '../../src/report/text/recommendation-text.js';
import type { ExampleMachine } from '../../src/rules/rule.js';
import { sessionOn } from '../cli/session.js';
import { machineHost } from '../rules/machine.js';

const EMPTY_POOL = [{ name: 'tank', mountpoint: 'none' }];
const OVERLAY =
  '[storage]\ndriver = "overlay"\ngraphroot = "/srv/c"\nrunroot = "/run/c"\n[storage.options.overlay]\nmountopt = "nodev"\n';
const DROP_IN = '/etc/crio/crio.conf.d/10-a.conf';

async function answerTo(machine: ExampleMachine, ...words: readonly string[]) {
  const command = parseCommand(['--recommend', ...words]);
  assert.ok(command.kind === 'recommend', JSON.stringify(command));
  const { session, printed } = sessionOn(machineHost(machine));
  const request = checkRequest(session, { ...command.options, crioFlags: machine.flags });
  assert.ok(!('error' in request));
  const found = await recommend(session.host, request, command.pool);
  const code = await runRecommend(session, request, command.pool);
  return { found, code, text: printed.join('') };
}

async function layoutOf(machine: ExampleMachine, ...words: readonly string[]) {
  const { found, code, text } = await answerTo(
    { driver: 'overlay', graphroot: '/srv/c', ...machine },
    ...words,
  );
  assert.ok(found.kind === 'layout', text);
  assert.equal(code, EXIT.ok);
  return { ...found.layout, text };
}

const paths = ({ files }: { readonly files: readonly { readonly path: string }[] }) =>
  files.map(({ path }) => path);
const UNIT = '/etc/systemd/system/crio.service.d/20-zfs-storage.conf';

test('a node with a pool and no dataset: a new dataset at the default place', async () => {
  const { dataset, graphroot, text } = await layoutOf({ datasets: EMPTY_POOL }, 'tank');
  assert.deepEqual([dataset, graphroot], ['tank/crio', '/var/lib/containers/storage']);
  const commands = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  assert.match(commands.join('\n'), /^zfs create .*-o mountpoint=\/var\/lib\/containers tank\/crio$/m);
  assert.equal(spawnSync('sh', ['-n'], { input: text }).status, 0);
});

test('a storage.conf is kept where a drop-in is enough, and copied where its options would be refused', async () => {
  const plain = await layoutOf({ datasets: EMPTY_POOL }, 'tank');
  assert.deepEqual(paths(plain), ['/etc/crio/crio.conf.d/50-zfs-storage.conf', UNIT]);
  const options = await layoutOf(
    { datasets: EMPTY_POOL, files: { '/etc/containers/storage.conf': OVERLAY } },
    'tank',
  );
  assert.deepEqual(paths(options), ['/etc/containers/storage.conf', UNIT]);
  assert.equal(options.files[0]?.backup, '/etc/containers/storage.conf.before-zfs');
});

test('a drop-in that overrides is overridden by one that is read after it', async () => {
  const files = {
    '/etc/containers/storage.conf': OVERLAY,
    '/etc/crio/crio.conf.d/~root.conf': '[crio]\nroot = "/srv/other"\nstorage_driver = "overlay"\n',
  };
  assert.deepEqual(paths(await layoutOf({ datasets: EMPTY_POOL, files }, 'tank')), [
    '/etc/containers/storage.conf',
    '/etc/crio/crio.conf.d/~~zfs-storage.conf',
    UNIT,
  ]);
});

test('what is in use is not mounted over, and a name that is taken is not used', async () => {
  const { dataset, mountpoint } = await layoutOf({ files: { '/var/lib/containers/storage/a': '' } }, 'tank');
  assert.deepEqual([dataset, mountpoint], ['tank/containers', '/var/lib/crio-storage']);
  const inside = await layoutOf(
    { datasets: [...EMPTY_POOL, { name: 'tank/k8s', mountpoint: 'none' }] },
    'tank/k8s',
  );
  assert.equal(inside.dataset, 'tank/k8s/crio');
});

test('the unit waits for zfs-mount.service where there is one', async () => {
  const files = { '/usr/lib/systemd/system/zfs-mount.service': '' };
  const { files: written } = await layoutOf({ datasets: EMPTY_POOL, files }, 'tank');
  assert.deepEqual(written.at(-1)?.lines, [
    '[Unit]',
    'RequiresMountsFor=/var/lib/containers',
    'After=zfs-mount.service',
  ]);
});

test('stored layers stay where they are, and the reader is told', async () => {
  const files = { '/srv/c/overlay-layers/layers.json': '[{"id":"abc"}]' };
  const { leftBehind } = await layoutOf({ datasets: EMPTY_POOL, files }, 'tank');
  assert.deepEqual(leftBehind, { graphroot: '/srv/c', layers: 1 });
});

test('a name is quoted, and one that no command can hold is named', async () => {
  const { text } = await layoutOf(
    { datasets: [...EMPTY_POOL, { name: "tank/it's", mountpoint: 'none' }] },
    "tank/it's",
  );
  assert.match(text, /^zfs create .* 'tank\/it'\\''s\/crio'$/m);
});

const healthy: ExampleMachine = {};
const overlay: ExampleMachine = { driver: 'overlay', graphroot: '/srv/c', datasets: EMPTY_POOL };

for (const [what, machine, words, kind, code] of [
  ['a layout that is right already', healthy, [], 'already', EXIT.ok],
  ['the same in the pool that is named', healthy, ['tank'], 'already', EXIT.ok],
  ['no pool named', overlay, [], 'missing', EXIT.error],
  ['a pool that is not there', overlay, ['tnk'], 'missing', EXIT.error],
  ['a dataset that is not there', overlay, ['tank/none'], 'missing', EXIT.error],
  [
    'a pool that is suspended',
    { ...overlay, pools: { tank: 'SUSPENDED' } },
    ['tank'],
    'unknown',
    EXIT.unknown,
  ],
  ['no pool at all', { ...overlay, datasets: [], pools: {} }, [], 'missing', EXIT.error],
  ['no zfs', { ...overlay, command: false, module: null }, ['tank'], 'missing', EXIT.error],
  ['no module', { ...overlay, module: null }, ['tank'], 'missing', EXIT.error],
  ['a root set by a flag', { ...overlay, flags: ['--root', '/srv/x'] }, ['tank'], 'missing', EXIT.error],
  ['/etc of NixOS', { ...overlay, files: { '/etc/NIXOS': '' } }, ['tank'], 'missing', EXIT.error],
  [
    'a key that is not loaded',
    {
      ...overlay,
      datasets: [{ name: 'tank', mountpoint: 'none', properties: { keystatus: 'unavailable' } }],
    },
    ['tank'],
    'missing',
    EXIT.error,
  ],
  [
    'an option in a drop-in that no file can remove',
    { ...overlay, files: { [DROP_IN]: '[crio]\nstorage_option = ["overlay.size=1G"]\n' } },
    ['tank'],
    'missing',
    EXIT.error,
  ],
] as const satisfies readonly (readonly [string, ExampleMachine, readonly string[], string, number])[]) {
  test(`${what}: ${kind}, exit ${code}`, async () => {
    const answer = await answerTo(machine, ...words);
    assert.deepEqual([answer.found.kind, answer.code], [kind, code], answer.text);
    assert.equal(spawnSync('sh', ['-n'], { input: answer.text }).status, 0);
  });
}

test('no line of the explanation is taken for a command, whatever the width', async () => {
  const { found } = await answerTo(overlay, 'tank');
  for (const columns of [20, 80]) {
    const lines = recommendationText(found, columns).split('\n');
    const commands = lines.filter((line) => !/^(#|$)/.test(line)).map((line) => line.split(' ')[0]);
    const programs = ['systemctl', 'zfs', 'mkdir', 'mkdir', 'mkdir', 'crio-guard', 'systemctl'];
    assert.deepEqual(commands, programs);
  }
});
