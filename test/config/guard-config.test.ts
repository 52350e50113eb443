import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import {
  DEFAULT_GUARD_CONFIGURATION,
  mayChange,
  type GuardConfiguration,
} from '../../src/config/guard-configuration.js';
import { readGuardConfiguration } from '../../src/config/guard-config.js';
import type { Host } from '../../src/host/host.js';
import { mapProbe } from '../../src/host/probe.js';
import { GUARD_KEYS, GUARD_SCHEMA, variableOf } from '../../src/config/guard-settings.js';
import { MemoryHost, unreadable, type MemoryHostContent } from '../host/memory-host.js';

const FILE = '/etc/crio-guard/crio-guard.conf';
const DROP_IN = '/etc/crio-guard/crio-guard.conf.d';
const read = (content: MemoryHostContent): Promise<GuardConfiguration> =>
  readGuardConfiguration(new MemoryHost(content), Object.keys(content.environment ?? {}));

describe('readGuardConfiguration', () => {
  it('has defaults', async () => {
    assert.deepEqual(await read({}), DEFAULT_GUARD_CONFIGURATION);
    for (const key of GUARD_KEYS) {
      assert.deepEqual(DEFAULT_GUARD_CONFIGURATION[key], GUARD_SCHEMA[key].initial);
      assert.deepEqual(DEFAULT_GUARD_CONFIGURATION.origins[key].value, GUARD_SCHEMA[key].initial);
    }
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
    const { mode, ignore, deadline, problems, origins } = configuration;
    assert.deepEqual(
      { mode, ignore, deadline, problems },
      { mode: 'fix', ignore: ['CG504', 'CG505'], deadline: 5, problems: [] },
    );
    const inFile = (key: string, line: number) => ({ kind: 'file', path: FILE, key, line });
    const later = { kind: 'file', path: `${DROP_IN}/10.conf`, key: 'mode', line: 1 };
    assert.deepEqual(origins.mode.origin, later);
    assert.deepEqual(origins.mode.overrode, [
      { value: 'check', origin: inFile('mode', 1) },
      { value: 'fix', origin: { kind: 'built-in' } },
    ]);
    assert.deepEqual(origins.deadline.origin, inFile('deadline', 3));
    assert.deepEqual(origins.subdirectory.origin, { kind: 'built-in' });
  });

  const OTHERS = {
    mode: ['"off"', 'off', 'off'],
    corrections: ['["CG301", "CG201"]', 'CG301, CG201', ['CG301', 'CG201']],
    subdirectory: ['"crio"', 'crio', 'crio'],
    ignore: ['["CG504", "CG505"]', 'CG504 CG505', ['CG504', 'CG505']],
    deadline: ['7', '7', 7],
    space_minimum: ['512', '512', 512],
    space_percent: ['0', '0', 0],
    space_plenty: ['100', '100', 100],
    datasets_maximum: ['5000', ' 5000 ', 5000],
  } as const;
  for (const key of GUARD_KEYS) {
    const [inFile, inVariable, value] = OTHERS[key];
    const name = variableOf(key);

    it(`takes ${key} from a file, and from ${name} over it`, async () => {
      assert.notDeepEqual(value, GUARD_SCHEMA[key].initial);
      const byFile = await read({ files: { [FILE]: `\n${key} = ${inFile}\n` } });
      assert.deepEqual([byFile[key], byFile.problems], [value, []]);
      assert.deepEqual(byFile.origins[key].origin, { kind: 'file', path: FILE, key, line: 2 });
      const files = { [FILE]: 'mode = "check"\nignore = ["CG503"]\n' };
      const byVariable = await read({ files, environment: { [name]: inVariable } });
      assert.deepEqual([byVariable[key], byVariable.problems], [value, []]);
      assert.deepEqual(byVariable.origins[key].origin, { kind: 'environment', name });
    });

    it(`has the default of ${key} after a mistake, and corrects nothing`, async () => {
      const { initial } = GUARD_SCHEMA[key];
      for (const wrong of ['true', '1.5', '"CG1"', '[1]', '"/"', '-1', '{}', '["CG206", ""]', '10000000']) {
        if (key === 'subdirectory' && wrong === '"CG1"') continue;
        const files = {
          [FILE]: `${key} = ${inFile}\n`,
          [`${DROP_IN}/1.conf`]: `# one line\n${key} = ${wrong}\n`,
        };
        const configuration = await read({ files });
        assert.deepEqual(configuration[key], initial, wrong);
        assert.equal(mayChange(configuration), false);
        assert.match(
          configuration.problems.join('\n'),
          new RegExp(`^${DROP_IN}/1.conf:2: ${key} must be .*$`),
        );
        const later = await read({ files: { ...files, [`${DROP_IN}/2.conf`]: `${key} = ${inFile}\n` } });
        assert.deepEqual(later[key], value);
        assert.equal(mayChange(later), false);
      }
      const byVariable = await read({
        files: { [FILE]: `${key} = ${inFile}\n` },
        environment: { [name]: 'a/b' },
      });
      assert.deepEqual(byVariable[key], initial);
      assert.match(byVariable.problems.join('\n'), new RegExp(`^${name}: ${key} must be .*$`));
    });
  }

  it('names a variable that is not one of its own, and corrects nothing', async () => {
    for (const [name, rest] of [
      ['CRIO_GUARD_MOED', '; did you mean CRIO_GUARD_MODE?'],
      ['CRIO_GUARD_mode', '; did you mean CRIO_GUARD_MODE?'],
      ['CRIO_GUARD_X', ''],
      ['CRIO_GUARD_', ''],
    ] as const) {
      const configuration = await read({ environment: { [name]: 'off', CRIO_GUARD_DEADLINE: '7' } });
      assert.deepEqual(configuration.problems, [`unknown variable ${name}${rest}`]);
      assert.deepEqual([configuration.mode, configuration.deadline], ['fix', 7]);
      assert.equal(mayChange(configuration), false);
    }
    const others = { CRIO_GUARD_MOED: '', CRIO_GUARDS: 'x', OTHER_CRIO_GUARD_X: 'x' };
    assert.deepEqual((await read({ environment: others })).problems, []);
  });

  it('takes an empty list from a file and from a variable', async () => {
    assert.deepEqual((await read({ files: { [FILE]: 'corrections = []\n' } })).corrections, []);
    assert.deepEqual((await read({ environment: { CRIO_GUARD_CORRECTIONS: ',' } })).corrections, []);
    assert.deepEqual(await read({ environment: { CRIO_GUARD_CORRECTIONS: '' } }), await read({}));
  });

  it('takes only a name that containers/storage does not use', async () => {
    for (const name of ['', '.', '..', '.zfs', 'zfs', 'zfs-layers', 'overlay', 'storage.lock', '-x', 'a b'])
      assert.equal((await read({ files: { [FILE]: `subdirectory = "${name}"` } })).problems.length, 1, name);
    for (const name of ['zfsdata', 'c.1', 'store_1'])
      assert.equal((await read({ files: { [FILE]: `subdirectory = "${name}"` } })).subdirectory, name);
  });

  it('reads the example, commented out or not, as the defaults', async () => {
    const example = readFileSync('packaging/crio-guard.conf.example', 'utf8');
    const used = example.replaceAll(/^#(?=\w+ =)/gm, '');
    assert.notEqual(used, example);
    assert.deepEqual(await read({ files: { [FILE]: example } }), await read({}));
    const values = await read({ files: { [FILE]: used } });
    assert.deepEqual(values.problems, []);
    for (const key of GUARD_KEYS) {
      assert.equal(values.origins[key].origin.kind, 'file', key);
      if (key !== 'ignore') assert.deepEqual(values[key], GUARD_SCHEMA[key].initial, key);
    }
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
    ['ignore = ["CG5"]', /:1: ignore must be a list of codes/],
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
        const configuration = await readGuardConfiguration(others, []);
        assert.equal(configuration.mode, 'fix');
        assert.match(configuration.problems.join(), new RegExp(`^${path} must be owned by root`));
      }
    }
  });

  it('corrects nothing when a file cannot be read, and stays off when it is off', async () => {
    const unread = await read({ failing: { [FILE]: unreadable(FILE) } });
    assert.deepEqual([mayChange(unread), unread.unread], [false, [unreadable(FILE).why]]);
    assert.equal((await read({ files: { [FILE]: 'mode = "off"\nx = 1' } })).mode, 'off');
  });
});
