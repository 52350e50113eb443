import { readFileSync } from 'node:fs';

const HEAD = '"format":"crio-guard-host","version":1,"recorded":"2026-01-01T00:00:00.000Z","userId":0';
const whole = readFileSync('test/corpus/hosts/healthy.json', 'utf8');
const lines = whole.split('\n');

const withHead = (answers: string): string => `{${HEAD},"answers":${answers}}`;
const answered = (ask: string, answer: string): string => withHead(`[{"ask":${ask},"answer":${answer}}]`);
const known = (ask: string, value: string): string => answered(ask, `{"state":"known","value":${value}}`);
const status = (inode: string): string =>
  `{"kind":"file","device":"1","inode":${inode},"mode":0,"userId":0,"groupId":0,"size":0,"modified":0}`;
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
/** The whole recording with its third line changed. */
const changed = (change: (line: string) => string): string =>
  lines.map((line, index) => (index === 2 ? change(line) : line)).join('\n');

const VALUE = 'answers[0].answer.value';

/** Texts that are no recording, and the place in them that the refusal names: a line or a key. */
export const MALFORMED: Readonly<Record<string, readonly [text: string, place: string]>> = {
  empty: ['', 'empty'],
  'blank lines': ['\n\n', 'empty'],
  'words, no JSON': ['recorded yesterday', 'line 1'],
  'a byte order mark': [`\ufeff${whole}`, 'not JSON'],
  'an array': ['[]', 'expected an object, found an array'],
  'a number': ['7', 'expected an object, found a number'],
  null: ['null', 'expected an object, found null'],
  'another format': ['{"format":"host"}', 'format: '],
  'a newer version': [whole.replace('"version":1', '"version":2'), 'version: expected 1, found 2'],
  'an older version': [whole.replace('"version":1', '"version":0'), 'version: expected 1, found 0'],
  'a version that is a text': [
    whole.replace('"version":1', '"version":"1"'),
    'version: expected 1, found "1"',
  ],
  'no answers': [`{${HEAD}}`, 'answers: '],
  'answers of another type': [withHead('{}'), 'answers: '],
  'a user of another type': [whole.replace('"userId":0', '"userId":"root"'), 'userId: '],
  'flags of another type': [whole.replace('"crioFlags":[]', '"crioFlags":[1]'), 'crioFlags[0]: '],
  'an answer that is a number': [withHead('[5]'), 'answers[0]: '],
  'a question that is a text': [answered('"stat"', '{}'), 'answers[0].ask: '],
  'an empty question': [answered('[]', '{}'), 'answers[0].ask[0]: '],
  'an answer without a state': [answered('["stat","/"]', '{}'), 'answers[0].answer.state: '],
  'an error without its number': [
    answered('["stat","/"]', '{"state":"absent"}'),
    'answers[0].answer.errno: ',
  ],
  'a reason that is a text': [
    answered('["stat","/"]', '{"state":"unknown","why":"so"}'),
    'answers[0].answer.why: ',
  ],
  'a status that is a text': [known('["stat","/"]', '"x"'), `${VALUE}: `],
  'content that is a number': [known('["readFile","/x"]', '{"base64":"","text":5}'), `${VALUE}.text: `],
  'an entry of no kind': [
    known('["readDirectory","/"]', '[{"name":"x","kind":"door"}]'),
    `${VALUE}[0].kind: expected "file" or "directory" or "symlink" or "other", found "door"`,
  ],
  'an exit code that is a text': [
    known('["run","/bin/zfs",[]]', '{"exitCode":"0","stdout":"","stderr":""}'),
    `${VALUE}.exitCode: `,
  ],
  'a number that is too large': [known('["stat","/x"]', status('1e999')), `${VALUE}.inode: `],
  'NUL bytes': ['\0'.repeat(1000), 'line 1'],
  'a NUL byte in a line': [changed((line) => `${line.slice(0, 20)}\0${line.slice(20)}`), 'line 3'],
  'a line that is cut off': [changed((line) => line.slice(0, 20)), 'line 3'],
  'a line without its comma': [changed((line) => line.slice(0, -1)), 'line 3'],
  'cut off in a line': [lines.slice(0, 6).join('\n').slice(0, -9), 'line 6'],
  'cut off after a line': [lines.slice(0, 6).join('\n'), 'line 6'],
  'cut off in its first line': [whole.slice(0, 40), 'line 1'],
  'lists in lists': [nested(200_000), 'found an array'],
  'a question of lists in lists': [answered(`["stat",${nested(200_000)}]`, '{}'), 'answers[0].ask[1][0]: '],
};
