import assert from 'node:assert/strict';
import { test } from 'node:test';
import { revertText } from '../../src/cli/revert-text.js';
import { escapeControls } from '../../src/text/escape.js';
import { HOSTILE_NAMES, UNWRITABLE_NAMES } from '../text/hostile-names.js';

for (const [kind, name] of Object.entries({ ...HOSTILE_NAMES, ...UNWRITABLE_NAMES })) {
  test(`--revert prints no name of the ledger raw: ${kind}`, () => {
    const entry = {
      id: name,
      code: 'CG303',
      time: '2026-01-01T00:00:00.000Z',
      status: 'applied',
      actions: [
        { kind: 'mount-dataset', dataset: `tank/${name}`, mountpoint: `/srv/${name}` },
        { kind: 'rename-directory', from: `/srv/${name}`, to: `/srv/${name}.aside` },
      ],
    } as const;
    const outputs = [
      revertText({ kind: 'listed', corrections: [entry] }),
      revertText({ kind: 'reverted', entries: [{ entry, left: [name], failed: [name] }] }),
      revertText({ kind: 'listed', corrections: [], unreadable: [name] }),
    ];
    for (const output of outputs) {
      // The name is there, each line of the output is one line, and nothing in it steers the terminal.
      assert.ok(output.includes(escapeControls(name).slice(0, 4)), output);
      for (const line of output.split('\n')) assert.equal(escapeControls(line), line);
    }
  });
}
