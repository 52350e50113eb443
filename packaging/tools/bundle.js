// Makes one CommonJS bundle for each entry of the program. An entry that is imported dynamically stays a separate
// file. Only those are entries that measure as worth it (test/bench): the first look of a start, the libraries that
// few runs use, and the texts of the rules.
//
//   node packaging/tools/bundle.js [DIRECTORY [HOST]]   HOST: a file to take in the place of host/linux/linux-host.js
import { build } from 'esbuild-wasm';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { licencesOf } from './licences.js';
import { withoutTexts, withoutWords } from './without-words.js';

const [outdir = 'dist', host] = process.argv.slice(2);

/** What checks and corrects. The rules are in it without their texts. */
const PROGRAM = {
  main: 'main.js',
  program: 'program.js',
  // Libraries that most runs do without.
  change: 'host/linux/change.js',
  log: 'log.js',
};
/** What a healthy node runs before a start: rules that have no words, and no corrections. */
const START = { start: 'cli/start.js' };
const WITH_TEXTS = { explain: 'cli/explain.js', 'bus-main': 'bus-main.js' };
/** Runs where the program is installed, so it is one file with its recording. */
const TOOL = { compile: '../../packaging/tools/compile.js' };
const { version } = JSON.parse(await readFile('package.json', 'utf8'));

const built = (path) => resolve('build/src', path);
const names = new Map(
  Object.entries({ ...PROGRAM, ...START, ...WITH_TEXTS }).map(([name, path]) => [built(path), name]),
);

/** Keeps `import('./change.js')` a load of change.cjs at run time. */
const separate = {
  name: 'separate-entries',
  setup(builder) {
    builder.onResolve({ filter: /^\.\.?\/.*\.js$/ }, ({ path, kind, resolveDir }) => {
      const name = names.get(resolve(resolveDir, path));
      return kind === 'dynamic-import' && name !== undefined
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

/** The recording stays the text that openRecordedHost reads. The JSON files of the packages stay objects. */
const recordingAsText = {
  name: 'recording-as-text',
  setup(builder) {
    builder.onLoad({ filter: /\/test\/corpus\/hosts\/[^/]*\.json$/ }, async ({ path }) => ({
      contents: await readFile(path, 'utf8'),
      loader: 'text',
    }));
  },
};

/**
 * At every place that imports a module of Node's, esbuild makes an object with a getter for each of its exports, which
 * each start pays. What is required has the same names; only an import of the default needs that object.
 */
const withoutCopies = (text) =>
  text
    .replace(/\b([\w$]+)=__toESM\((require\("node:\w+"\))(?:,1)?\)/g, (whole, name, module) =>
      text.includes(`${name}.default`) ? whole : `${name}=${module}`,
    )
    // A dynamic import, of which the exports are taken by their names.
    .replace(/\(\)=>__toESM\((require\("node:\w+"\))(?:,1)?\)/g, '()=>$1');

/** What an older Node lacks: it must read the bundles far enough to say that it is too old. */
const SYNTAX_OF_2020 = ['optional-chain', 'nullish-coalescing', 'logical-assignment', 'class-static-blocks'];

/** Runs before anything that an older Node does not have. Before a start it lets CRI-O start. */
const askNode = `"use strict";(function () {
  var node = process.versions.node, parts = node.split(".");
  if (+parts[0] > 18 || (+parts[0] === 18 && +parts[1] >= 20)) return;
  var isStart = process.argv.indexOf("--prestart") > 1;
  var words = "crio-guard: Node.js " + node + " is not supported, 18.20 or newer is needed";
  process.stderr.write((isStart ? "<3>" + words + ": CRI-O starts unchecked" : words) + "\\n");
  process.exit(isStart ? 0 : 2);
})();`.replace(/\n\s*/g, '');

await mkdir(outdir, { recursive: true });
const bundle = (entries, plugins) =>
  build({
    entryPoints: Object.fromEntries(Object.entries(entries).map(([name, path]) => [name, built(path)])),
    outdir,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    target: 'node18.20',
    format: 'cjs',
    minifySyntax: true,
    minifyWhitespace: true,
    // Those of the packages, whole, are in one file beside the bundles.
    legalComments: 'none',
    metafile: true,
    supported: {
      'dynamic-import': false,
      ...Object.fromEntries(SYNTAX_OF_2020.map((name) => [name, false])),
    },
    banner: { js: askNode },
    external: ['usocket', 'x11'],
    plugins: [separate, ...(host === undefined ? [] : [otherHost]), ...plugins],
    logLevel: 'warning',
  });
const results = [
  await bundle(PROGRAM, [withoutTexts]),
  await bundle(START, [withoutWords]),
  await bundle(WITH_TEXTS, []),
  await bundle(TOOL, [withoutTexts, recordingAsText]),
];
for (const name of names.values()) {
  const path = `${outdir}/${name}.cjs`;
  await writeFile(path, withoutCopies(await readFile(path, 'utf8')));
}
await chmod(`${outdir}/main.cjs`, 0o755);
const inputs = results.flatMap(({ metafile }) => Object.keys(metafile.inputs));
await writeFile(`${outdir}/THIRD-PARTY-LICENSES`, licencesOf(inputs));
console.log(`crio-guard ${version}: ${[...names.values(), ...Object.keys(TOOL)].join(', ')} in ${outdir}/`);
