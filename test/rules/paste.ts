import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { FindingData } from '../../src/rules/rule.js';
import { splitWords } from '../../src/config/service/unit-words.js';
import { escapeControls } from '../../src/text/escape.js';
import { command, withoutUnwritable, type AdviceLine } from '../../src/text/advice-line.js';
import { isExact } from '../../src/text/unwritable.js';
import { TOML_1_4 } from '../toml/dialects.js';
import { parseToml } from '../../src/toml/toml.js';
import { HOSTILE_NAMES, UNWRITABLE_NAMES } from '../text/hostile-names.js';
import { everyFinding, type Found } from './every-finding.js';

/** Stands where a hostile name stands, so that what a command means can be compared. */
const PLAIN = 'Q0Q';

/** The advice where each path, dataset and word of the configuration ends in this name. */
function adviceWith({ rule, data }: Found, name: string): readonly AdviceLine[] {
  const before = rule
    .advice(data)
    .map(({ line }) => line)
    .join('\n');
  const change = (value: string): string =>
    value.includes('/') && before.includes(value) ? `${value}${name}` : value;
  const changed = Object.entries(data).map(([key, value]) => {
    if (typeof value === 'string') return [key, change(value)];
    return [key, typeof value === 'object' ? value.map(change) : value];
  });
  // Line by line, so that the lines for two names stand at the same places.
  return rule.advice(Object.fromEntries(changed) as FindingData).flatMap((line) => withoutUnwritable([line]));
}

const PROGRAMS =
  'apt awk cat chmod command cp crio curl df dmesg dnf du env find findmnt grep head id journalctl ls lsblk mkdir ' +
  'modprobe mount mv readlink realpath restorecon rmdir sed semanage sort stat systemctl tail test time touch ' +
  'umount zfs zpool';

/** What `sh` makes of each command: the arguments of every program it would run, and the file it would write. */
function meaningOf(commands: readonly string[]): readonly (readonly string[])[] {
  const directory = mkdtempSync(`${tmpdir()}/crio-guard-paste-`);
  try {
    const lines = commands.map((command, index) => {
      const safe = command.replace(/ >>? \/etc\/\S+/g, ` > "$OUT/${index}"`);
      assert.doesNotMatch(safe, / > *\/(?!dev\/null)/, command);
      return `printf 'line\\0' >&3; : > "$OUT/${index}"\n{ ${safe}\n} > /dev/null\n`;
    });
    const programs = PROGRAMS.split(' ').map((name) => `${name}() { record ${name} "$@"; }\n`);
    const record = `record() { printf '%s\\0' "$@" call >&3; }\n`;
    const { status, stdout, stderr } = spawnSync('/bin/sh', ['-s'], {
      input: [`PATH=/nowhere\nexec 3>&1\n`, record, ...programs, ...lines].join(''),
      env: { OUT: directory },
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    assert.equal(stderr, '');
    assert.equal(status, 0);
    const calls = stdout.split('line\0').slice(1);
    assert.equal(calls.length, commands.length);
    return calls.map((text, index) => [...inOrder(text), readFileSync(`${directory}/${index}`, 'utf8')]);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** The arguments of all calls by the names of the programs: those of a pipe start in any order. */
function inOrder(text: string): readonly string[] {
  const calls = text.split('call\0').map((call) => call.split('\0').slice(0, -1));
  return calls.sort(([a = ''], [b = '']) => (a < b ? -1 : Number(a > b))).flat();
}

async function tomlOf(text: string): Promise<string> {
  const whole = text.startsWith('"') ? `value = ${text}` : text;
  const result = await parseToml(new TextEncoder().encode(whole), TOML_1_4);
  assert.ok(result.kind === 'document', text);
  const show = (key: string, value: unknown): unknown =>
    key === 'line' || key === 'lines' ? undefined : value instanceof Map ? [...value] : value;
  return JSON.stringify(result.document.root, show);
}

const isToml = (text: string): boolean => /^(?:\[crio\]\n|\w+ = |")/.test(text);
const isUnit = (text: string): boolean => /^(?:\[(?:Unit|Service)\]\n|Environment=)/.test(text);

/** The settings of a unit as systemd reads them. */
const unitOf = (text: string): readonly unknown[] =>
  text
    .split('\n')
    .map((line) => splitWords(line.replace('=', ' ')).map((word) => word.replaceAll('%%', '%')));

const isFstab = (text: string): boolean => text.endsWith(' zfs defaults 0 0\n');

/** The fields of a line as getmntent decodes them. */
const fstabOf = (text: string): readonly string[] =>
  text
    .split(' ')
    .map((field) =>
      field.replace(/\\(040|011|012|134)/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8))),
    );

/** What a text says to its reader: a file, or an argument of a command. */
async function readerOf(text: string): Promise<(text: string) => Promise<string> | string> {
  if (isToml(text)) return tomlOf;
  if (isFstab(text)) return Promise.resolve((line: string) => JSON.stringify(fstabOf(line)));
  return Promise.resolve(
    isUnit(text) ? (file) => JSON.stringify(unitOf(file)) : (word) => JSON.stringify(word),
  );
}

const inJson = (name: string): string => JSON.stringify(name).slice(1, -1);

async function assertSame(plain: string, hostile: string, name: string, hint: string): Promise<void> {
  if (hostile === plain.replaceAll(PLAIN, () => name)) return;
  const read = await readerOf(plain);
  assert.equal(
    await read(hostile),
    (await read(plain)).replaceAll(PLAIN, () => inJson(name)),
    hint,
  );
}

const REFUSED = /^No (?:command|line) is given for /;

/** All hostile names in three: those that are seen, those that are not, and those with control characters. */
const joined = (wanted: (name: string) => boolean): string =>
  Object.values(HOSTILE_NAMES).filter(wanted).join('.');
const hasControl = (name: string): boolean => /\p{Cc}/u.test(name);
const NAMES: readonly string[] = [
  joined((name) => escapeControls(name) === name),
  joined((name) => escapeControls(name) !== name && !hasControl(name)),
  joined(hasControl),
  ...Object.values(UNWRITABLE_NAMES),
];

/** No command contains these names, no unit contains control characters, and no line of a file what is unseen. */
function mayRefuse({ kind, line }: AdviceLine, name: string): boolean {
  if (!isExact(name) || name.endsWith('\n')) return true;
  if (/\[(?:Unit|Service)\]/.test(line) && /\p{Cc}/u.test(name)) return true;
  return kind === 'file' && !isToml(line) && escapeControls(name) !== name;
}

/**
 * Every command of every rule, pasted into sh with each hostile name in it. What is thrown says which means another
 * name than it was given.
 *
 * @returns how many lines of advice were tried
 */
export async function pasteAdvice(): Promise<number> {
  let tried = 0;
  const found = await everyFinding();
  const plain = found.map((one) => adviceWith(one, PLAIN));
  const places = plain.flatMap((lines, at) =>
    lines.flatMap((line, index) =>
      line.kind === 'text' || !line.line.includes(PLAIN) ? [] : [{ before: line, at, index }],
    ),
  );
  const isCommand = places.map(({ before }) => before.kind === 'command');
  assert.ok(isCommand.filter(Boolean).length > 150);
  const commandsOf = (lines: readonly string[]): readonly string[] =>
    lines.map((line, at) => (isCommand[at] && !REFUSED.test(line) ? line : ':'));
  const meant = meaningOf(commandsOf(places.map(({ before }) => before.line)));
  for (const name of NAMES) {
    const advice = found.map((one) => adviceWith(one, name));
    const lines = places.map(({ at, index }) => advice[at]?.[index]?.line ?? '');
    const read = meaningOf(commandsOf(lines));
    for (const [at, line] of lines.entries()) {
      tried += 1;
      const { before = command('') } = places[at] ?? {};
      if (REFUSED.test(line)) {
        assert.ok(mayRefuse(before, name), `${line}\n${before.line}`);
        continue;
      }
      assert.ok(isExact(name), line);
      assert.equal(escapeControls(line), line, 'a terminal shows it as it is');
      assert.equal(read[at]?.length, meant[at]?.length, line);
      if (!isCommand[at]) await assertSame(before.line, line, name, line);
      else
        for (const [word, text] of (meant[at] ?? []).entries()) {
          // The new name of a dataset is another one on purpose.
          if (text.includes(PLAIN) && meant[at]?.[1] === 'rename' && word === 3) continue;
          await assertSame(text, read[at]?.[word] ?? '', name, line);
        }
    }
  }
  return tried;
}
