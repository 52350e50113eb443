import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { GUARD } from '../../src/bus/definition.js';
import { GUARD_KEYS } from '../../src/config/guard-settings.js';
import { COMMANDS, FORMATS, MODIFIERS } from '../../src/cli/options.js';
import { chineseCatalog, type Translations } from '../../packaging/tools/catalog.js';
import { fill } from '../../packaging/tools/catalog-entry.js';
import { documents, POLICY, TRANSLATIONS } from '../../packaging/tools/documents.js';
import { roff } from '../../packaging/tools/roff.js';
import { MESSAGE_ID } from '../../src/report/journal/message-id.js';
import { displayWidth } from '../../src/text/width.js';
import { documentedRules as rules } from '../../src/rules/index.js';

// A file of ours; the first test looks at its entries one by one.
const policy = readFileSync(POLICY, 'utf8');
const translations = JSON.parse(readFileSync(TRANSLATIONS, 'utf8')) as Translations;

test('a rule without a Chinese text keeps its English one in the Chinese catalog', () => {
  const [rule] = rules;
  assert.ok(rule !== undefined);
  const catalog = chineseCatalog([rule], { ...translations, rules: {} });
  assert.ok(catalog.includes(`Subject: ${rule.code}: ${rule.title}`));
});

test('every record has its Chinese title and remedy, and no text belongs to a rule that is not there', () => {
  const codes = new Set<string>(rules.map(({ code }) => code));
  assert.deepEqual(
    Object.keys(translations.rules).filter((code) => !codes.has(code)),
    [],
  );
  assert.deepEqual(Object.keys(translations.records), Object.keys(MESSAGE_ID));
  for (const { title, remedy } of Object.values(translations.rules)) {
    assert.match(title, /[\u4e00-\u9fff]/);
    assert.match(remedy, /[\u4e00-\u9fff]/);
  }
});

for (const [path, text] of documents(rules, translations, policy)) {
  test(`${path} is what the rules make of it ("make docs")`, () => {
    assert.equal(readFileSync(path, 'utf8'), text);
  });
}

test('the catalogs explain every id, with placeholders that every record fills', () => {
  const ids = [...Object.values(MESSAGE_ID), ...rules.map(({ messageId }) => messageId)];
  for (const name of ['crio-guard.catalog', 'crio-guard.zh_CN.catalog']) {
    const text = readFileSync(`systemd/catalog/${name}`, 'utf8');
    const explained = [...text.matchAll(/^-- ([0-9a-f]{32})$/gm)].map(([, id]) => id);
    assert.deepEqual(explained, ids);
    const placeholders = new Set([...text.matchAll(/@([A-Z_]+)@/g)].map(([, field]) => field));
    for (const field of ['GRAPHROOT', 'ORIGIN', 'DATASET', 'DRIVER', 'VERDICT', 'RUN']) {
      placeholders.delete(`CRIO_GUARD_${field}`);
    }
    assert.deepEqual([...placeholders], []);
    for (const line of text.split('\n')) assert.ok(displayWidth(line) <= 130, line);
  }
});

test('no line of a catalog is taken for a comment or an entry', () => {
  assert.deepEqual(fill('# x'), [' # x']);
  assert.deepEqual(fill('-- 0123'), [' -- 0123']);
  const filled = fill('word '.repeat(60)).concat(fill('\u5c42'.repeat(100)));
  assert.ok(filled.every((line) => displayWidth(line) <= 78));
});

test('roff takes no text for a request', () => {
  assert.equal(roff(".TH 'x'"), '\\&.TH \\(aqx\\(aq');
  assert.equal(roff('a\\b-c'), 'a\\eb\\-c');
});

test('the hand-written page shows every form of the report', () => {
  const page = readFileSync('packaging/man/crio-guard.8', 'utf8').replaceAll('\\-', '-');
  const section = page.split('.SH "REPORT FORMATS"')[1]?.split('\n.SH ')[0] ?? '';
  for (const format of FORMATS) {
    const entry = section.split(`.B ${format}\n`)[1]?.split('\n.TP')[0];
    assert.match(entry ?? '', /\.EX\n\$ crio-guard[^]*\.EE/, format);
  }
});

test('the page of the bus names every property, method, signal and action', () => {
  const page = readFileSync('packaging/man/crio-guard-dbus.5', 'utf8').replaceAll('\\-', '-');
  const { properties, methods, signals } = GUARD;
  for (const { name } of [...properties, ...methods, ...signals])
    assert.ok(page.includes(`.B ${name}`), name);
  const actions = [...policy.matchAll(/<action id="([^"]+)"/g)].map(([, id]) => id ?? '');
  assert.equal(actions.length, 3);
  for (const id of actions) assert.ok(page.includes(`.B ${id}\n`), id);
  assert.match(page, /^\.B Fix\(b dry_run\) -> \(s state, s code, /m);
});

test('the hand-written page names every option', () => {
  const page = readFileSync('packaging/man/crio-guard.8', 'utf8').replaceAll('\\-', '-');
  for (const { flag } of [...COMMANDS, ...MODIFIERS]) assert.ok(page.includes(flag), flag);
});

test('the page of the configuration documents every key, and no other; so does the example', () => {
  const page = readFileSync('packaging/man/crio-guard.conf.5', 'utf8');
  const section = page.split('.SH KEYS')[1]?.split('\n.SH ')[0] ?? '';
  // The values of a key stand indented, between .RS and .RE.
  const outer = section.replaceAll(/^\.RS$[^]*?^\.RE$/gm, '');
  const documented = [...outer.matchAll(/^\.TP\n\.B (.*)$/gm)].map(([, key]) => key);
  assert.deepEqual(documented, [...GUARD_KEYS]);
  const example = readFileSync('packaging/crio-guard.conf.example', 'utf8');
  assert.deepEqual([...example.matchAll(/^#(\w+) = /gm)].map(([, key]) => key), [...GUARD_KEYS]); // prettier-ignore
});
