import fc from 'fast-check';

/**
 * fast-check with one seed for all, so that a commit is green or it is not, whoever tests it.
 * `PROPERTY_SEED=random` looks elsewhere at each run, and prints the seed where it finds something;
 * `PROPERTY_RUNS=10000` looks longer.
 */
const { PROPERTY_SEED: seed = '1', PROPERTY_RUNS: runs = '100' } = process.env;
fc.configureGlobal({
  numRuns: Number(runs),
  ...(seed === 'random' ? {} : { seed: Number(seed) }),
});

export default fc;
