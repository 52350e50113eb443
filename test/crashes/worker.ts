// One of the processes that share the work, in a mount namespace of its own. It prints a line for each result.
import { work } from './work.js';

const [index = 0, of = 1, share = 1, rounds = 0] = process.argv.slice(2, 6).map(Number);
const [errnos, only = '', trial = ''] = process.argv.slice(6);

for await (const result of work({ index, of, share, rounds, allErrnos: errnos === 'all', only, trial }))
  console.log(JSON.stringify(result));
