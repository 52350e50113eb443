// `make docs`: writes the files that are made from the rules, the options and the interface on D-Bus. Tests compare them.
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';

const built = (name) => import(resolve('build', name));
const [{ documents, POLICY, TRANSLATIONS }, { documentedRules }] = await Promise.all([
  built('packaging/tools/documents.js'),
  built('src/rules/index.js'),
]);
const translations = JSON.parse(await readFile(TRANSLATIONS, 'utf8'));
for (const [path, text] of documents(documentedRules, translations, await readFile(POLICY, 'utf8'))) {
  await writeFile(path, text);
  console.log(path);
}
