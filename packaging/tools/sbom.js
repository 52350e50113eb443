// `make sbom`: the packages of the lock file as CycloneDX. It has no time and no random number in it, so that the same
// lock file makes the same bytes.
//
//   node packaging/tools/sbom.js > FILE
import { readFile } from 'node:fs/promises';

const { name, version, packages } = JSON.parse(await readFile('package-lock.json', 'utf8'));

const nameOf = (path) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
const purl = (path) => `pkg:npm/${nameOf(path).replace('@', '%40')}@${packages[path].version}`;
const ROOT = `pkg:npm/${name}@${version}`;
/** Two copies of a package are two components. */
const reference = (path) => (path === '' ? ROOT : `${purl(path)}#${path}`);

/** Node's search: beside the package, then one node_modules after the other upwards. */
function resolveFrom(path, dependency) {
  for (let at = path; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    const found = `${at === '' ? '' : `${at}/`}node_modules/${dependency}`;
    if (packages[found] !== undefined) return found;
    if (at === '') return undefined;
  }
}

const hashes = (integrity) =>
  integrity.split(' ').map((entry) => {
    const [algorithm, base64] = entry.split(/-(.*)/);
    return {
      alg: algorithm.toUpperCase().replace('SHA', 'SHA-'),
      content: Buffer.from(base64, 'base64').toString('hex'),
    };
  });

const component = (path) => {
  const { version, license, integrity, dev, optional } = packages[path];
  return {
    type: 'library',
    'bom-ref': reference(path),
    name: nameOf(path),
    version,
    // What builds and tests is not in the program, and neither are native add-ons (.npmrc).
    scope: dev || optional ? 'excluded' : 'required',
    ...(integrity === undefined ? {} : { hashes: hashes(integrity) }),
    ...(license === undefined ? {} : { licenses: [licenceOf(license)] }),
    purl: purl(path),
  };
};

/** Old packages name their licence in words of their own, or in a list. */
function licenceOf(license) {
  if (Array.isArray(license)) return { license: { name: license.join(' or ') } };
  if (/ (?:OR|AND|WITH) /.test(license)) return { expression: license };
  return { license: /^[\w.+-]+$/.test(license) ? { id: license } : { name: license } };
}

const dependsOn = (path) => {
  const { dependencies, devDependencies, optionalDependencies } = packages[path];
  const names = Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies });
  const found = names.map((dependency) => resolveFrom(path, dependency)).filter((at) => at !== undefined);
  return { ref: reference(path), dependsOn: [...new Set(found.map(reference))].sort() };
};

const paths = Object.keys(packages).sort();
const bom = {
  $schema: 'http://cyclonedx.org/schema/bom-1.5.schema.json',
  bomFormat: 'CycloneDX',
  specVersion: '1.5',
  version: 1,
  metadata: {
    component: {
      type: 'application',
      'bom-ref': ROOT,
      name,
      version,
      licenses: [licenceOf(packages[''].license)],
      purl: ROOT,
    },
  },
  components: paths.filter((path) => path !== '').map(component),
  dependencies: paths.map(dependsOn),
};
console.log(JSON.stringify(bom, undefined, 2));
