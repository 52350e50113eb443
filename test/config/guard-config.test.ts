import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { mayChange, readGuardConfiguration, type GuardConfiguration } from '../../src/config/guard-config.js';
import type { Host } from '../../src/host/host.js';
import { mapProbe } from '../../src/host/probe.js';
import { MemoryHost, unreadable, type MemoryHostContent } from '../host/memory-host.js';

const FILE = '/etc/crio-guard/crio-guard.conf';
const DROP_IN = '/etc/crio-guard/crio-guard.conf.d';
const read = (content: MemoryHostContent): Promise<GuardConfiguration> =>
  readGuardConfiguration(new MemoryHost(content));

describe('readGuardConfiguration', () => {
  it('has defaults', async () => {
    assert.deepEqual(await read({}), { mode: 'fix', ignore: [], deadline: 10, problems: [] });
  });

  it('reads the file and its drop-ins, the later wins', async () => {
    const configuration = await read({
      files: {
        [FILE]: 'mode = "check"\nignore = ["CG504"]\ndeadline = 5\n',
        [`${DROP_IN}/10.conf`]: 'mode = "fix"\nignore = ["CG504", "CG505"]\n',
        [`${DROP_IN}/20.conf.bak`]: 'mode = "off"\n',
        [`${DROP_IN}/.swap.conf`]: 'mode = "off"\n',
      },
    });
    assert.deepEqual(configuration, { mode: 'fix', ignore: ['CG504', 'CG505'], deadline: 5, problems: [] });
  });

  it('reads the example, commented out or not, as the defaults', async () => {
    const example = readFileSync('packaging/crio-guard.conf.example', 'utf8');
    const used = example.replaceAll(/^#(?=\w+ =)/gm, '');
    assert.notEqual(used, example);
    assert.deepEqual(await read({ files: { [FILE]: example } }), await read({}));
    const { ignore, ...others } = await read({ files: { [FILE]: used } });
    assert.deepEqual(others, { mode: 'fix', deadline: 10, problems: [] });
    assert.ok(ignore.length > 0);
  });

  it('obeys the variable', async () => {
    assert.equal((await read({ environment: { CRIO_GUARD_MODE: 'off' } })).mode, 'off');
    const wrong = await read({ environment: { CRIO_GUARD_MODE: 'OFF' } });
    assert.equal(wrong.mode, 'fix');
    assert.equal(wrong.problems.length, 1);
    assert.equal(mayChange(wrong), false);
  });

  const broken: readonly (readonly [string, RegExp])[] = [
    ['mode = "chekc"', /:1: mode must be .*, not "chekc"$/],
    ['mode = 1', /:1: mode must be/],
    ['\nmodes = "fix"', /:2: unknown key modes; did you mean mode\?$/],
    ['"a b" = 1', /:1: unknown key "a b"$/],
    ['ignore = "CG504"', /:1: ignore must be a list/],
    ['ignore = ["CG5"]', /:1: ignore must hold codes/],
    ['deadline = 0', /:1: deadline must be/],
    ['deadline = 1.5', /:1: deadline must be/],
    ['deadline = 3600', /:1: deadline must be/],
    ['mode = ', /toml: line 1 \(last key "mode"\)/],
  ];
  for (const [text, problem] of broken) {
    it(`keeps the default and corrects nothing with ${JSON.stringify(text)}`, async () => {
      const configuration = await read({ files: { [FILE]: text } });
      assert.equal(configuration.mode, 'fix');
      assert.equal(mayChange(configuration), false);
      assert.equal(configuration.problems.length, 1);
      assert.match(configuration.problems[0] ?? '', problem);
      assert.match(configuration.problems[0] ?? '', /^\/etc\/crio-guard\/crio-guard\.conf/);
      assert.equal(configuration.deadline, 10);
    });
  }

  it('obeys only what root alone can write', async () => {
    const host = new MemoryHost({ files: { [FILE]: 'mode = "off"\n' } });
    for (const path of ['/etc/crio-guard', FILE]) {
      for (const change of [{ userId: 1000 }, { mode: 0o666 }, { mode: 0o775 }]) {
        const changed = async (asked: string) => {
          const status = await host.stat(asked);
          return asked === path ? mapProbe(status, (value) => ({ ...value, ...change })) : status;
        };
        const others: Host = Object.assign(Object.create(host) as Host, { stat: changed, lstat: changed });
        const configuration = await readGuardConfiguration(others);
        assert.equal(configuration.mode, 'fix');
        assert.match(configuration.problems.join(), new RegExp(`^${path} must be owned by root`));
      }
    }
  });

  it('corrects nothing when a file cannot be read, and stays off when it is off', async () => {
    assert.equal(mayChange(await read({ failing: { [FILE]: unreadable(FILE) } })), false);
    assert.equal((await read({ files: { [FILE]: 'mode = "off"\nx = 1' } })).mode, 'off');
  });
});
