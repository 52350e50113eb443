import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandOf, type Action } from '../../src/fix/actions.js';

/** One of each kind; a new kind does not compile until it is here. */
const ACTIONS: { readonly [Kind in Action['kind']]: Extract<Action, { kind: Kind }> } = {
  'make-directory': { kind: 'make-directory', path: '/d', mode: 0o700 },
  'write-file': {
    kind: 'write-file',
    path: '/f',
    content: '',
    mode: 0o644,
    previous: null,
    reloadsSystemd: true,
  },
  'mount-dataset': { kind: 'mount-dataset', dataset: 'tank/crio', mountpoint: '/d' },
  'rename-directory': { kind: 'rename-directory', from: '/d', to: '/d.before-crio-guard' },
  'load-key': { kind: 'load-key', dataset: 'tank', keyFile: '/key' },
  'load-module': { kind: 'load-module', module: 'zfs' },
};

test('no action destroys, removes, forces, unmounts or moves data', () => {
  const commands = Object.values(ACTIONS).flatMap((action) => commandOf(action)?.join(' ') ?? []);
  assert.deepEqual(commands.sort(), [
    'modprobe -b zfs',
    'systemctl daemon-reload',
    'zfs load-key tank',
    'zfs mount tank/crio',
  ]);
});
