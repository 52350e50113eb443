import { accessSync, constants, realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseCrioVersion, type CrioVersion } from '../../src/config/installed-crio/crio-version.js';
import { messageOf } from '../../src/text/message-of.js';
import { readCases } from '../config/corpus.js';
import { readStoreCases } from '../driver/store-corpus.js';
import { askConfiguration, askStore, askVersion, spawnCrio } from './ask-crio.js';
import { judgedConfiguration, judgedStore, type Judged } from './judged.js';
import { explain } from './explain.js';
import { linesOf } from './print.js';
import { PrivateDirectories } from './private-directories.js';

// Runs every case of the corpus, or those of one file, through a CRI-O. `make conformance` calls it in a mount
// namespace of its own: run.js CRIO [VERSION [FILE]]

async function run(crioPath: string, versionText: string, file: string): Promise<number> {
  accessSync(crioPath, constants.X_OK);
  // Read before the directories are covered: the repository may lie in one of them.
  const cases = file === '' ? readCases() : readCases([resolve(file)]);
  const stores = file === '' ? readStoreCases() : readStoreCases(resolve(file));
  const directories = PrivateDirectories.make();
  const crio = spawnCrio(directories.keep(realpathSync(crioPath)));
  const version = versionText === '' ? await askVersion(crio, directories) : parseCrioVersion(versionText);
  if (version === undefined) throw new Error(`invalid CRI-O version "${versionText}" (example: 1.36.3)`);
  const judged: Judged[] = [];
  for (const test of cases) {
    judged.push(judgedConfiguration(test, await askConfiguration(crio, directories, test)));
  }
  for (const test of stores) judged.push(judgedStore(test, await askStore(crio, directories, test)));
  if (file !== '') for (const line of judged) console.log(withAnswer(line, version));
  return report(judged, version);
}

/** The line of a case with the answer, ready for the corpus. */
const withAnswer = ({ test, answer }: Judged, { text }: CrioVersion): string =>
  JSON.stringify({ ...test, expect: { ...test.expect, [text]: answer } });

async function report(judged: readonly Judged[], version: CrioVersion): Promise<number> {
  const explanation = await explain(judged, version);
  for (const line of await linesOf(judged.length, explanation, version)) console.log(line);
  return explanation.wrong === 0 ? 0 : 1;
}

try {
  const [crioPath = '', version = '', file = ''] = process.argv.slice(2);
  process.exitCode = await run(crioPath, version, file);
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 2;
}
