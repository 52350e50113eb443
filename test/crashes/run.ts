// Kills the built program at each call that changes something, lets calls fail, and changes the machine meanwhile:
// `make crashes`. Prints one table each.
import { tablesOf, wrongIn, type Result } from './table.js';
import { lackOfTracing, shareOut } from './workers.js';

const [share = '1', rounds = '50', processes = '1', errnos = '', only = '', trial = ''] =
  process.argv.slice(2);

const lack = lackOfTracing();
if (lack !== undefined) {
  console.error(lack);
  process.exit(1);
}
const results: Result[] = [];
const amount = {
  processes: Number(processes),
  share: Number(share),
  rounds: Number(rounds),
  errnos,
  only,
  trial,
};
await shareOut(amount, (result) => {
  results.push(result);
  const wrong = wrongIn(result);
  if (wrong !== undefined) console.log(wrong);
});
console.log(tablesOf(results));
process.exit(results.some((result) => wrongIn(result) !== undefined) ? 1 : 0);
