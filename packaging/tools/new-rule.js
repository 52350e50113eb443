// `make rule CODE=CG514 SLUG=short-name FAMILY=hazards`: a new rule with a fresh message id, its line in the table of
// rules, and a test that fails until the rule is written.
//
//   node packaging/tools/new-rule.js CODE SLUG FAMILY
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

/** Folders of src/rules by the hundreds digit of their codes. */
const FOLDERS = ['guard', 'configuration', 'refusals', 'mounts', 'landing', 'hazards', 'store'];
const INDEX = 'src/rules/index.ts';
const USAGE = `usage: make rule CODE=CG514 SLUG=short-name FAMILY=${FOLDERS.join('|')}`;

const [code = '', slug = '', family = ''] = process.argv.slice(2);
const problem = whyNot();
if (problem !== undefined) {
  console.error(`make rule: ${problem}\n${USAGE}`);
  process.exit(64);
}

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const name = slug.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
const file = `${family}/${code.toLowerCase()}-${slug}`;
const test = `test/rules/${code.toLowerCase()}.test.ts`;
writeFileSync(`src/rules/${file}.ts`, ruleText(), { flag: 'wx' });
writeFileSync(test, testText(), { flag: 'wx' });
writeFileSync(INDEX, indexText(readFileSync(INDEX, 'utf8')));
console.log(`src/rules/${file}.ts
${test}
${INDEX}
Next: write the rule and its examples, "make docs format", "UPDATE=1 make test", then "make test check" (CONTRIBUTING.md).`);

/** What is wrong with the request; undefined when it can be carried out. */
function whyNot() {
  if (!/^CG[0-6]\d\d$/.test(code)) return `invalid code "${code}" (example: CG514)`;
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(slug)) return `invalid slug "${slug}" (example: short-name)`;
  const folder = FOLDERS[Number(code[2])];
  if (family !== folder) return `${code} belongs to the family ${folder}, not "${family}"`;
  const taken = FOLDERS.flatMap((each) =>
    existsSync(`src/rules/${each}`) ? readdirSync(`src/rules/${each}`) : [],
  );
  const same = taken.find((each) => each.startsWith(`${code.toLowerCase()}-`));
  return same === undefined ? undefined : `${code} is taken by ${same}; codes are never reused`;
}

function ruleText() {
  return `import { defineRule, notApplicable } from '../rule.js';

export const ${name} = defineRule<{ readonly graphroot: string }>({
  code: '${code}',
  slug: '${slug}',
  severity: 'warning',
  certainty: 'exact',
  title: 'TODO, one line: what is wrong, without the names of one machine',
  explanation: ['TODO: why it happens, and which function of CRI-O or containers/storage makes it so.'],
  remedy: ['TODO: what an administrator can do, without the names of one machine.'],
  references: [],
  messageId: '${randomBytes(16).toString('hex')}',
  since: '${version}',
  // The question, asked of facts alone. See a neighbour of this file for a whole one.
  check: () => notApplicable('the rule is not written yet'),
  message: ({ graphroot }) => \`TODO, one sentence with the real names: \${graphroot}.\`,
  advice: () => [],
  examples: {
    // A machine on which the rule finds something, and one on which it does not. {} is a healthy node.
    fail: [{}],
    pass: [{}],
  },
});
`;
}

function testText() {
  return `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ${name} as rule } from '../../src/rules/${file}.js';
import { diagnoseExample } from './machine.js';

test('${code} (${slug}) finds what it is for', async () => {
  const answer = rule.check(await diagnoseExample(rule.examples.fail[0]));
  assert.equal(
    answer.kind,
    'finding',
    'src/rules/${file}.ts: write "check", and give "examples.fail" a machine on which it finds something',
  );
  // Then compare the data of the finding with what the machine has.
});
`;
}

/** The table with the rule in the order of the codes: its import, and its place in the list. */
function indexText(index) {
  const lines = index.split('\n');
  const codeIn = (line) => /\/(cg\d+)-/.exec(line)?.[1];
  const imports = lines.filter((line) => codeIn(line) !== undefined);
  const next = imports.find((line) => codeIn(line) > code.toLowerCase());
  const before = next ?? lines[lines.indexOf(imports.at(-1)) + 1];
  lines.splice(lines.indexOf(before), 0, `import { ${name} } from './${file}.js';`);
  const table = lines.indexOf('};');
  const follower = lines.findIndex((line, at) => at < table && (/^  (CG\d+): /.exec(line)?.[1] ?? '') > code);
  lines.splice(follower === -1 ? table : follower, 0, `  ${code}: ${name},`);
  return lines.join('\n');
}
