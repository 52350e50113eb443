/** Start, repeated part, end. */
export const PATTERNS: readonly (readonly [string, string, string])[] = [
  ...[' ', '\t', '\n', '\r', '\0', '-', '/', '\\', '\\040', '"', "'", '[', '{', '#', ';', ',', '='].map(
    (part) => ['', part, ''] as const,
  ),
  ...['a ', 'a\t', 'a/', 'ROOT/', '- ', '[a]\n', '{"a":', '"a",', 'Environment=', 'PATH=', '../'].map(
    (part) => ['', part, ''] as const,
  ),
  ['[crio]\n', 'a.', 'b = 1\n'],
  ['[', 'a.', 'b]\n'],
  ['', 'a.b.c.d.e.f.g.h = 1\n', ''],
  ['[crio]\na = ', '{b=', '1}\n'],
  ['[crio]\na = [', '1,', ']\n'],
  ['[crio]\na = "', '\\\\', '"\n'],
  ['', 'a = 1\n', ''],
  ['', '[[a]]\n', ''],
  ['[Service]\nExecStart=/usr/bin/crio ', '--log-level=x ', '\n'],
  ['[Service]\nExecStart=/usr/bin/crio ', '\\\n', '\n'],
  ['[Service]\n', 'Environment=A=$A\n', ''],
  ['ExecStart={ path=', ' ; argv[]=', ' ; start_time='],
  ['ExecStart={ path=/c ; argv[]=/c', ' ; ignore_errors', ' ; start_time='],
  ['Environment=', 'a ', '\n'],
  ['ignore = [', '"CG504",', ']\n'],
  ['level=fatal msg="', '\\\\', '"'],
  ['a', ' ', 'b'],
  ['a', '\t', 'b'],
  ['[a]\nb', ' ', 'c'],
  ['Environment', ' ', 'x'],
  ['Environment=', ' ', 'x'],
  ['36 1 0:1 / / rw', ' ', '- zfs a rw'],
  ['36 1 0:1 / /', '\\134', ' rw - zfs a rw'],
  ['tank\tfilesystem\t/', '\t', 'yes'],
  ['', '36 1 0:1 / / rw - zfs a rw\n', ''],
  ['', '\0\0\0\x04name\0\0\0\x09\0\0\0\x01', ''],
  ['', '\0\0\0\x04name\0\0\0\x09\0\0\0\x01\0\x06\0\0a', ''],
  ['[{"id":"', 'a', '"}]'],
  ['[{"id":"', '\\u0041', '"}]'],
  ['[{"a":', '[', ']}]'],
  ['[', '{"ID":"a"},', '{}]'],
];

/** A text of about so many bytes made of one pattern. */
export const repeated = ([start, part, end]: readonly [string, string, string], size: number): Buffer =>
  Buffer.from(start + part.repeat(Math.ceil(size / part.length)) + end, 'latin1');
