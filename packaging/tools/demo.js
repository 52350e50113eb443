// `make demo`: the main job on the recorded node of cri-o/cri-o#8771, then a look at this machine.
import { spawnSync } from 'node:child_process';

const run = (...args) => {
  console.log(`\n$ crio-guard ${args.join(' ')}`);
  const { status } = spawnSync(process.execPath, ['dist/main.cjs', ...args], { stdio: 'inherit' });
  console.log(`(exit code ${status})`);
};

const node = 'test/corpus/hosts/issue-8771.json';
console.log('A node laid out exactly as in cri-o/cri-o#8771, recorded on a real machine:');
run('--config', '--from', node);
run('--check', '--from', node);
console.log('\nThe plan, proven on the host as it would be (a recorded host is never written to):');
run('--fix', '--dry-run', '--from', node);
console.log('\nAnd this machine:');
run('--check');
