// Makes one CommonJS bundle for each entry of the program. Imports that are dynamic in the source stay
// separate files, so that a run parses only what it uses.
//
//   node packaging/bundle.js [DIRECTORY [HOST]]   HOST: a file to take in the place of host/linux-host.js
import { build } from 'esbuild-wasm';
import { chmod, mkdir, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

const [outdir = 'dist', host] = process.argv.slice(2);

const ENTRIES = {
  main: 'build/src/main.js',
  program: 'build/src/program.js',
  'bus-main': 'build/src/bus-main.js',
  run: 'build/src/host/run.js',
  log: 'build/src/log.js',
};
const { version } = JSON.parse(await readFile('package.json', 'utf8'));

/** Keeps `import('./run.js')` a load of run.cjs at run time. */
const separate = {
  name: 'separate-entries',
  setup(builder) {
    builder.onResolve({ filter: /\.js$/ }, ({ path, kind }) => {
      const name = path.split('/').pop().replace(/\.js$/, '');
      return kind === 'dynamic-import' && name in ENTRIES
        ? { path: `./${name}.cjs`, external: true }
        : undefined;
    });
  },
};

/** Only the benchmark measures with another host; that one is made from ours. */
const otherHost = {
  name: 'other-host',
  setup(builder) {
    builder.onResolve({ filter: /\/linux-host\.js$/ }, ({ importer }) =>
      importer === resolve(host) ? undefined : { path: resolve(host) },
    );
  },
};

await mkdir(outdir, { recursive: true });
await build({
  entryPoints: ENTRIES,
  outdir,
  outExtension: { '.js': '.cjs' },
  bundle: true,
  platform: 'node',
  target: 'node18.20',
  format: 'cjs',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'linked',
  supported: { 'dynamic-import': false },
  external: ['usocket', 'x11'],
  plugins: host === undefined ? [separate] : [separate, otherHost],
  logLevel: 'warning',
});
await chmod(`${outdir}/main.cjs`, 0o755);
console.log(`crio-guard ${version}: ${Object.keys(ENTRIES).join(', ')} in ${outdir}/`);
