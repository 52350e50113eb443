// Collects the licences of the packages that are in the bundles.
import { readdirSync, readFileSync } from 'node:fs';

const RULE = '-'.repeat(80);

/**
 * @param inputs the files that the bundles are made of, as esbuild names them
 * @returns name, version, licence and the whole text of the licence of each package
 */
export function licencesOf(inputs) {
  const packages = new Set(inputs.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []));
  const texts = [...packages].sort().map(licenceOf);
  return ['crio-guard contains code of these packages.', '', ...new Set(texts)].join('\n');
}

function licenceOf(directory) {
  const { name, version, license } = JSON.parse(readFileSync(`${directory}/package.json`, 'utf8'));
  const file = readdirSync(directory).find((entry) => /^(?:licen[cs]e|copying)(?:\.|-mit|$)/i.test(entry));
  if (file === undefined) throw new Error(`${directory}: a package without the text of its licence`);
  const text = readFileSync(`${directory}/${file}`, 'utf8').replaceAll('\r\n', '\n').trim();
  return [RULE, `${name} ${version} (${labelOf(license)})`, '', text, ''].join('\n');
}

/** Old packages name their licence in an object or a list, or not at all. */
function labelOf(license) {
  if (Array.isArray(license)) return license.join(' or ');
  return license?.type ?? license ?? 'as follows';
}
