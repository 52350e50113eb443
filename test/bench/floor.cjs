// What the questions of a healthy node cost alone: each is asked as crio-guard asks it before a start, and the answer is
// taken apart into lines and words, and not understood. No deadline, no limit, no broken answer: a floor, no program.
//
//   node floor.cjs QUESTIONS      a file in JSON: [method, path] and [method, program, arguments]
const fs = require('node:fs');
const { spawnSync } = require('node:child_process');

const ASK = {
  readFile: (path) => fs.readFileSync(path, 'latin1').split('\n'),
  readDirectory: (path) => fs.readdirSync(path, { withFileTypes: true }),
  stat: (path) => fs.statSync(path, { throwIfNoEntry: false }),
  lstat: (path) => fs.lstatSync(path, { throwIfNoEntry: false }),
  readLink: (path) => fs.readlinkSync(path),
  statFileSystem: (path) => fs.statfsSync(path),
  // By a shell, which could be killed where its program hangs.
  run: (program, args) => {
    const { stdout } = spawnSync('/bin/sh', ['-c', 'exec "$@"', 'sh', program, ...args]);
    return String(stdout)
      .split('\n')
      .map((line) => line.split('\t'));
  },
};

let answered = 0;
for (const [method, ...subject] of JSON.parse(fs.readFileSync(process.argv[2], 'utf8'))) {
  try {
    if (ASK[method](...subject) !== undefined) answered += 1;
  } catch {
    // What is not there costs as much.
  }
}
fs.mkdirSync('/run/crio-guard', { recursive: true });
fs.writeFileSync('/run/crio-guard/floor', `${answered}\n`);
