import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, describe, it } from 'node:test';
import { filesBelow, make } from './installation.js';
import { withoutProgram } from '../without-program.js';

const work = mkdtempSync(join(tmpdir(), 'crio-guard-nix-'));
after(() => rmSync(work, { recursive: true }));

function nix(...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync('nix-instantiate', args, {
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'],
      HOME: work,
      NIX_STATE_DIR: join(work, 'state'),
      NIX_STORE_DIR: join(work, 'store'),
      NIX_LOG_DIR: join(work, 'log'),
    },
  });
  assert.equal(status, 0, stderr);
  return stdout;
}

const file = (name: string): string => resolve('packaging/nix', name);
const evaluate = (expression: string): unknown =>
  JSON.parse(
    nix(
      '--eval',
      '--strict',
      '--json',
      '--expr',
      `with import ${resolve('test/packaging/stand-ins.nix')}; ${expression}`,
    ),
  );
const text = (path: string): string => readFileSync(path, 'utf8');

// The tests below name what they use of the results.
interface Package {
  readonly version: string;
  readonly installFlags: readonly string[];
}
interface Configuration {
  readonly assertions: readonly { readonly assertion: boolean }[];
  readonly environment: {
    readonly etc: Readonly<Record<string, { readonly source: { settings: unknown } }>>;
  };
  readonly systemd: {
    readonly packages: readonly string[];
    readonly services: Readonly<Record<string, { readonly path: readonly string[] }>>;
    readonly paths: unknown;
  };
  readonly users: { readonly users: unknown };
}

describe('packaging/nix', { skip: withoutProgram('nix-instantiate') }, () => {
  it('parses', () => {
    for (const name of ['package.nix', 'module.nix']) assert.match(nix('--parse', file(name)), /^\(/);
  });

  it('installs everything in the package, with absolute paths of the store', () => {
    const { version, installFlags } = evaluate(
      `let p = call ${file('package.nix')} { src = "/archive"; }; in { inherit (p) version installFlags; }`,
    ) as Package;
    assert.equal(version, (JSON.parse(text('package.json')) as { version: string }).version);
    // What nix writes for the path that it knows only later.
    const [, placeholder = '?'] = /^PREFIX=(.*)$/.exec(installFlags[0] ?? '') ?? [];
    const out = '/nix/store/crio-guard';
    const flags = installFlags.map((flag) => flag.replace(placeholder, out));
    const root = join(work, 'root');
    make('install', ...flags, 'COMPILE=no', `DESTDIR=${root}`);
    const files = filesBelow(root);
    assert.deepEqual(files.filter((path) => !path.startsWith(`${out}/`)), []); // prettier-ignore
    const unit = (name: string): string => text(join(root, out, 'lib/systemd/system', name));
    const dropIn = unit('crio.service.d/10-crio-guard.conf');
    assert.ok(
      dropIn.includes(`(/nix/store/coreutils/bin/timeout -s KILL 75 /nix/store/nodejs/bin/node ${out}/share`),
    );
    // What postInstall replaces.
    assert.match(unit('crio-guard-report.service'), /^ExecStart=-busctl /m);
    for (const path of files) {
      if (/\/crio-guard\.8$|bin\/crio-guard$/.test(path)) continue;
      assert.doesNotMatch(text(join(root, path)), /\/usr\/(?:bin|share)\/crio-guard/, path);
    }
  });

  const configure = (set: string) => evaluate(`evaluate ${file('module.nix')} ${set}`) as Configuration;

  it('gives crio.service the drop-in, its programs and the configuration', () => {
    const { assertions, environment, systemd, users } = configure(
      '{ enable = true; package = "/nix/store/crio-guard"; settings.mode = "check"; }',
    );
    assert.deepEqual(assertions.map(({ assertion }) => assertion), [true]); // prettier-ignore
    const { settings } = environment.etc['crio-guard/crio-guard.conf']?.source ?? {};
    assert.deepEqual(settings, { mode: 'check', ignore: [], deadline: 10 });
    assert.deepEqual(systemd.packages, ['/nix/store/crio-guard']);
    for (const program of ['zfs', 'systemd', 'kmod', 'util-linux']) {
      for (const [name, { path }] of Object.entries(systemd.services))
        assert.ok(path.includes(`/nix/store/${program}`), `${name}: ${program}`);
    }
    assert.deepEqual(systemd.paths, { 'crio-guard-report': { wantedBy: ['multi-user.target'] } });
    assert.deepEqual(Object.keys(users.users ?? {}), ['crio-guard']);
  });

  it('changes nothing unless it is enabled, and needs CRI-O', () => {
    assert.deepEqual(configure('{ }'), {});
    const [without] = configure('{ enable = true; package = "/p"; cri-o = false; }').assertions;
    assert.equal(without?.assertion, false);
  });
});
