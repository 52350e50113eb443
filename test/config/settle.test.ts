import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { crioVersion } from '../../src/config/installed-crio/crio-version.js';
import { needsCrio, settleWithCrio } from '../../src/config/settle.js';
import { known } from '../../src/host/probe.js';
import type { RefusalCause } from '../../src/config/refusal.js';
import { MemoryHost } from '../host/memory-host.js';
import { readCases } from './corpus.js';
import { refusalOf, resolve } from './resolve.js';

const INVOCATION = {
  program: '/usr/bin/crio',
  flags: [],
  environment: new Map<string, string>(),
  workingDirectory: '/',
};
const UNDETERMINED = { kind: 'unknown', why: 'it is odd', notes: [] } as const;

function answering(exitCode: number, stdout: string, stderr: string): MemoryHost {
  return new MemoryHost({ programs: { '/usr/bin/crio config': known({ exitCode, stdout, stderr }) } });
}

describe('settleWithCrio', () => {
  it('does not ask about what is certain', async () => {
    const host = new MemoryHost({});
    const certain = await resolve({});
    assert.equal(await settleWithCrio(host, INVOCATION, certain), certain);
    assert.deepEqual(host.ran, []);
  });

  it('takes the values that CRI-O prints', async () => {
    const output = 'root = "/x"\n# runroot = "/r"\nstorage_driver = "zfs"\nstorage_option = [\n\t"a=b",\n]\n';
    const settled = await settleWithCrio(answering(0, output, ''), INVOCATION, UNDETERMINED);
    assert.equal(settled.kind, 'resolved');
    assert.deepEqual(settled.storage.root, { value: '/x', origin: { kind: 'crio' }, overrode: [] });
  });

  it('takes the message of a refusal that CRI-O prints', async () => {
    for (const { expect } of readCases()) {
      for (const answer of Object.values(expect)) {
        if (answer.ok || answer.error.includes('\n')) continue;
        const isPlain = answer.error.startsWith('error loading server config: ');
        const stderr = isPlain ? answer.error : `time="x" level=fatal msg=${JSON.stringify(answer.error)}\n`;
        const settled = await settleWithCrio(answering(1, '', stderr), INVOCATION, UNDETERMINED);
        assert.equal(settled.kind, 'refused');
        assert.equal(settled.refusal.message, answer.error);
      }
    }
  });

  it('reads cause, file, line and key from the message', async () => {
    const cases: readonly (readonly [string, RefusalCause, string])[] = [
      ['error loading server config: graphroot must be set', { kind: 'roots-missing', missing: ['graphroot'] }, 'graphroot must be set'],
      ['get and merge config from context: update config from path: walk path: unable to decode configuration /etc/crio/crio.conf.d/a b: toml: line 3 (last key "crio.root"): x',
        { kind: 'drop-in-broken', file: '/etc/crio/crio.conf.d/a b', line: 3, key: 'crio.root' }, 'toml: line 3 (last key "crio.root"): x'],
      ['get and merge config from context: update config from file: update config from drop-in file: open /x: no such file or directory',
        { kind: 'crio-conf-missing', file: '/x' }, 'open /x: no such file or directory'],
      ['flag provided but not defined: -x', { kind: 'flag-refused' }, 'flag provided but not defined: -x'],
      ['not a valid logrus Level: "x"', { kind: 'unrelated' }, 'not a valid logrus Level: "x"'],
    ]; // prettier-ignore
    for (const [message, cause, reason] of cases) {
      const stderr = `time="x" level=fatal msg=${JSON.stringify(message)}\n`;
      const settled = await settleWithCrio(answering(1, '', stderr), INVOCATION, UNDETERMINED);
      assert.equal(settled.kind, 'refused');
      assert.deepEqual([settled.refusal.cause, settled.refusal.reason], [cause, reason]);
    }
  });

  it('stays unknown without an answer', async () => {
    const settled = await settleWithCrio(new MemoryHost({}), INVOCATION, UNDETERMINED);
    assert.equal(settled.kind, 'unknown');
    assert.match(settled.why, /^it is odd, and CRI-O could not be asked: /);
  });

  it('has a flag confirmed that a newer CRI-O may know', async () => {
    const flags = ['--nosuch'];
    assert.equal(
      (await refusalOf({ flags, version: crioVersion('1.31.2', 1, 31, 2) })).unconfirmed,
      undefined,
    );
    const configuration = await resolve({ flags });
    assert.ok(needsCrio(configuration));
    const settled = await settleWithCrio(new MemoryHost({}), INVOCATION, configuration);
    assert.equal(settled.kind, 'unknown');
  });
});
