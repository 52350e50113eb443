import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';

const work = mkdtempSync(join(tmpdir(), 'crio-guard-dist-'));
after(() => rmSync(work, { recursive: true }));

function run(script: string, environment: NodeJS.ProcessEnv = {}): string {
  const { PATH, HOME } = process.env;
  const { status, stdout, stderr } = spawnSync('sh', ['-ec', script], {
    encoding: 'utf8',
    env: { PATH, HOME, ...environment },
  });
  assert.equal(status, 0, stdout + stderr);
  return stdout;
}

/** A copy of this tree with `parts` of its build, which makes the rest anew. @returns the archive's path */
function archiveFrom(directory: string, parts: string, environment: NodeJS.ProcessEnv): string {
  mkdirSync(directory, { recursive: true });
  run(
    `git ls-files -z | tar -c --null -T - | tar -x -C ${directory}
     cp -al node_modules ${directory}/ 2>/dev/null || cp -a node_modules ${directory}/
     tar -c ${parts} | tar -x -C ${directory}
     cd ${directory} && touch build/.compiled && if test -e dist/main.cjs; then touch dist/main.cjs; fi
     git init -q . && git add -A && umask ${environment['UMASK'] ?? '022'} && make -s dist`,
    // How well it is compressed makes no difference here.
    { SOURCE_DATE_EPOCH: '1700000000', XZ_LEVEL: '-0', ...environment },
  );
  const packages = join(directory, 'build/packages');
  return join(packages, readdirSync(packages)[0] ?? '');
}

const inGit = spawnSync('git', ['ls-files', '--error-unmatch', 'package.json']).status === 0;

describe('make dist', { skip: inGit ? false : 'not a working copy of git' }, () => {
  const modules = 'build/src build/packaging build/test';
  const unpacked = join(work, 'unpacked');
  let archive = '';
  before(() => {
    archive = archiveFrom(join(work, 'one'), modules, {});
    mkdirSync(unpacked);
    run(`tar -xf ${archive} -C ${unpacked} --strip-components=1`);
  });

  it('makes the same bytes in another directory, time zone, language and umask', () => {
    const environment = { UMASK: '077', TZ: 'Asia/Shanghai', LC_ALL: 'C.UTF-8' };
    // With the bundles made here: those of the first archive are made in its copy.
    const other = archiveFrom(join(work, 'a-longer-name', 'two'), `${modules} dist`, environment);
    assert.ok(readFileSync(archive).equals(readFileSync(other)));
  });

  it('installs without npm and without a build', () => {
    const root = join(work, 'root');
    run(`cd ${unpacked} && make -s install DESTDIR=${root} NPM=false NODE_PROGRAM=${process.execPath}`);
    assert.match(run(`${root}/usr/share/crio-guard/main.cjs --version`), /^crio-guard /);
    assert.match(
      readFileSync(join(root, 'usr/share/doc/crio-guard/THIRD-PARTY-LICENSES'), 'utf8'),
      /winston/,
    );
    assert.deepEqual(
      readdirSync(unpacked).filter((name) => name === 'node_modules' || name === 'build'),
      [],
    );
  });
});

describe('dist/THIRD-PARTY-LICENSES', () => {
  const parts = readFileSync('dist/THIRD-PARTY-LICENSES', 'utf8')
    .split(`${'-'.repeat(80)}\n`)
    .slice(1);
  const names = parts.map((part) => /^(\S+) \S+ \(/.exec(part)?.[1] ?? part);

  it('holds a text for each package', () => {
    for (const part of parts) assert.ok(part.length > 400, part);
    assert.equal(new Set(parts).size, parts.length);
  });

  it('names what the program depends on, and nothing that only builds it', () => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<
      'dependencies' | 'devDependencies',
      Record<string, string>
    >;
    assert.deepEqual(Object.keys(dependencies).filter((name) => !names.includes(name)), []); // prettier-ignore
    assert.deepEqual(Object.keys(devDependencies).filter((name) => names.includes(name)), []); // prettier-ignore
  });
});

describe('make sbom', () => {
  interface Component {
    readonly name: string;
    readonly version: string;
    readonly scope: string;
    readonly purl: string;
    readonly 'bom-ref': string;
    readonly hashes: readonly { readonly alg: string; readonly content: string }[];
  }
  interface Bom {
    readonly components: readonly Component[];
    readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
  }
  const print = (): string => run(`${process.execPath} ${resolve('packaging/tools/sbom.js')}`);
  // Printed by a tool of ours.
  const bom = JSON.parse(print()) as Bom;

  it('lists every package of the lock file with its checksum', () => {
    const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: object };
    assert.equal(bom.components.length, Object.keys(packages).length - 1);
    for (const { hashes, purl } of bom.components) {
      assert.equal(hashes[0]?.alg, 'SHA-512', purl);
      assert.match(hashes[0].content, /^[0-9a-f]{128}$/);
    }
    const scope = (name: string) => bom.components.find((component) => component.name === name)?.scope;
    assert.equal(scope('winston'), 'required');
    assert.equal(scope('typescript'), 'excluded');
    assert.equal(print(), `${JSON.stringify(bom, undefined, 2)}\n`);
  });

  it('refers only to what it lists', () => {
    const listed = new Set(bom.dependencies.map(({ ref }) => ref));
    assert.equal(listed.size, bom.components.length + 1);
    const missing = bom.dependencies.flatMap(({ dependsOn }) => dependsOn.filter((ref) => !listed.has(ref)));
    assert.deepEqual(missing, []);
  });
});
