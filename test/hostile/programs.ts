/** Shell scripts that take the place of a program; `$0.right` holds what it should print. */
export const BEHAVIOURS: Readonly<Record<string, string>> = {
  'never ends': 'exec sleep 20',
  'never ends and ignores signals': "trap '' TERM INT HUP; sleep 20 & wait; sleep 20",
  'stops itself': 'kill -STOP $$',
  'prints a byte now and then': 'while :; do printf x; sleep 0.05; done',
  'prints without end': 'exec yes',
  'complains without end': 'exec yes >&2',
  'closes its pipes and stays': 'exec sleep 20 >&- 2>&-',
  'leaves a child that holds its pipes': 'sleep 20 & cat "$0.right"',
  'prints the answer and never ends': 'cat "$0.right"; exec sleep 20',
  'is killed': 'kill -KILL $$',
  'crashes after half of the answer': 'head -c $(($(wc -c <"$0.right") / 2)) "$0.right"; kill -SEGV $$',
  'fails without a word': 'exit 1',
  'fails after the answer': 'cat "$0.right"; exit 1',
  'succeeds without a word': 'exit 0',
  'prints half of the answer': 'head -c $(($(wc -c <"$0.right") / 2)) "$0.right"',
  'prints a first line that is cut off': 'head -n 1 "$0.right" | head -c 5',
  'prints no UTF-8': "printf '\\377\\376\\300\\n'",
  'prints NUL bytes': 'head -c 5000 /dev/zero',
  'prints words of somebody else': "echo 'Segmentation fault (core dumped)'",
  'prints the answer twice': 'cat "$0.right" "$0.right"',
};

/** The program is there, and the kernel does not start it. */
export const NOT_PROGRAMS: Readonly<Record<string, string>> = {
  'is no program': '\x7fELF and nothing more',
  'lacks its interpreter': '#!/nonexistent/interpreter\n',
};
