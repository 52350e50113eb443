import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from '../property.js';
import { crioVersion } from '../../src/config/installed-crio/crio-version.js';
import { resolveConfiguration } from '../../src/config/effective.js';
import { absent } from '../../src/host/probe.js';
import { MemoryHost, unreadable } from '../host/memory-host.js';
import { CRIO, drop, ETC } from './resolve.js';

const RUNS = 500;
const VERSIONS = [
  crioVersion('1.31.2', 1, 31, 2),
  crioVersion('1.34.0', 1, 34, 0),
  crioVersion('1.36.3', 1, 36, 3),
];
const PATHS = [
  ETC,
  '/usr/share/containers/storage.conf',
  '/xdg/containers/storage.conf',
  CRIO,
  drop('10.conf'),
  drop('a/b'),
  drop('c~'),
  '/opt/x.conf',
];

const text = fc.oneof(
  fc.constantFrom('/srv/g', '$HOME/x', 'rel', '', '/lnk/x', '~', 'zfs', 'overlay2'),
  fc.string(),
);
const scalar = fc.oneof(
  text.map((value) => JSON.stringify(value)),
  fc.constantFrom('1', 'true', '1.5', '[]', '[1]', '["a=b"]', '{ a = 1 }', '07:32'),
);
const key = fc.constantFrom(
  'root',
  'runroot',
  'ROOT',
  'graphroot',
  'driver',
  'storage_driver',
  'storage_option',
  'imagestore',
  'size',
  'mountopt',
  'fsname',
  'x.y',
  '"q q"',
);
const header = fc.constantFrom(
  '[crio]',
  '[storage]',
  '[storage.options]',
  '[storage.options.zfs]',
  '[[crio]]',
  '[CRIO]',
  '[crio.runtime]',
  '[',
);
const line = fc.oneof(
  header,
  fc.tuple(key, scalar).map(([name, value]) => `${name} = ${value}`),
  fc.string(),
);
const content = fc.array(line, { maxLength: 8 }).map((lines) => lines.join('\n'));
const host = fc.record({
  files: fc.dictionary(fc.constantFrom(...PATHS), content),
  symlinks: fc.dictionary(
    fc.constantFrom('/lnk', drop('l'), '/etc/containers', '/etc/crio'),
    fc.constantFrom('/opt', '/lnk', 'x', '/nowhere', '/dev/null'),
  ),
});
const flag = fc.oneof(
  fc.constantFrom(
    '--root',
    '-r',
    '--storage-opt=a,b',
    '--config=/opt/x.conf',
    '--config-dir',
    '--',
    '-s',
    '--nosuch',
    'config',
  ),
  text,
);
const variables = fc.dictionary(
  fc.constantFrom(
    'STORAGE_DRIVER',
    'STORAGE_OPTS',
    'CONTAINER_ROOT',
    'CONTAINERS_STORAGE_CONF',
    'XDG_CONFIG_HOME',
    'CONTAINER_SELINUX',
  ),
  fc.oneof(text, fc.constantFrom('/xdg', '/opt/x.conf')),
);
const call = fc.record({
  host,
  flags: fc.array(flag, { maxLength: 4 }),
  variables,
  version: fc.constantFrom(...VERSIONS),
});
// prettier-ignore

type Call = Parameters<Parameters<typeof call.map>[0]>[0];

/** A host that keeps account of what was asked. */
class Watched extends MemoryHost {
  readonly asked = new Set<string>();

  override stat(path: string): ReturnType<MemoryHost['stat']> {
    this.asked.add(path);
    return super.stat(path);
  }

  override lstat(path: string): ReturnType<MemoryHost['lstat']> {
    this.asked.add(path);
    return super.lstat(path);
  }

  override readFile(path: string, limit?: number): ReturnType<MemoryHost['readFile']> {
    this.asked.add(path);
    return super.readFile(path, limit);
  }

  override readDirectory(path: string): ReturnType<MemoryHost['readDirectory']> {
    this.asked.add(path);
    return super.readDirectory(path);
  }
}

function resolve(watched: MemoryHost, { flags, variables: given, version }: Call) {
  const environment = new Map(Object.entries({ HOME: '/root', ...given }));
  const invocation = { program: '/usr/bin/crio', flags, environment, workingDirectory: '/' };
  return resolveConfiguration(watched, invocation, version);
}

describe(`${RUNS} random configurations`, () => {
  it('never crash, never hang, and always end in one of three ways', async () => {
    await fc.assert(
      fc.asyncProperty(call, async (random) => {
        const start = performance.now();
        const configuration = await resolve(new MemoryHost(random.host), random);
        assert.ok(['resolved', 'refused', 'unknown'].includes(configuration.kind));
        assert.ok(performance.now() - start < 5000);
        // Everything that is handed on prints as JSON.
        JSON.stringify(configuration);
        if (configuration.kind === 'refused') assert.notEqual(configuration.refusal.message, '');
      }),
      { numRuns: RUNS, seed: 17 },
    );
  });

  it('get no confident answer when something that was asked could not be read', async () => {
    let failed = 0;
    await fc.assert(
      fc.asyncProperty(call, fc.nat(), async (random, choice) => {
        const watched = new Watched(random.host);
        const before = await resolve(watched, random);
        // Of containers.conf nothing but a note depends.
        const asked = [...watched.asked].filter(
          (path) => path.startsWith('/') && !path.endsWith('containers.conf'),
        );
        const path = asked[choice % Math.max(1, asked.length)];
        if (before.kind === 'unknown' || path === undefined) return;
        const clean = `/${path
          .split('/')
          .filter((part) => part !== '' && part !== '.')
          .join('/')}`;
        if (clean === '/' || clean.includes('..') || clean === '/dev/null') return;
        const host = new MemoryHost({ ...random.host, failing: { [clean]: unreadable(clean) } });
        if ((await host.lstat(clean)).state !== 'unknown') return;
        const answer = await resolve(host, random);
        failed++;
        assert.equal(answer.kind, 'unknown', `${clean} could not be read`);
      }),
      { numRuns: RUNS, seed: 18 },
    );
    assert.ok(failed > RUNS / 4, `only ${failed} runs met a failure`);
  });

  it('are the same for a file that is missing and for one that never was', async () => {
    await fc.assert(
      fc.asyncProperty(call, async (random) => {
        const host = new MemoryHost(random.host);
        assert.deepEqual(await host.stat('/never/was'), absent());
        assert.deepEqual(await resolve(host, random), await resolve(new MemoryHost(random.host), random));
      }),
      { numRuns: 50, seed: 19 },
    );
  });
});
