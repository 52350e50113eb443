import type { CrioVersion } from '../../src/config/installed-crio/crio-version.js';
import { BEHAVIOUR_NAMES, type BehaviourName } from '../../src/config/installed-crio/version-table.js';
import type { Judged } from './judged.js';

/** A row of the versions table that, changed, makes the prediction of these cases right. */
export interface ExplainedBy {
  readonly row: BehaviourName;
  readonly cases: readonly Judged[];
}

export interface Explanation {
  readonly agreeing: number;
  readonly wrong: number;
  readonly unknown: readonly Judged[];
  readonly rows: readonly ExplainedBy[];
  /** No row makes these right: the table needs a new one, or the prediction is wrong for other versions too. */
  readonly unexplained: readonly Judged[];
}

const isWrong = async (test: Judged, version: CrioVersion): Promise<boolean> =>
  (await test.predict(version)).agreement === 'wrong';

async function wrongOf(cases: readonly Judged[], version: CrioVersion): Promise<Judged[]> {
  const wrong: Judged[] = [];
  for (const test of cases) if (await isWrong(test, version)) wrong.push(test);
  return wrong;
}

const flipped = (version: CrioVersion, row: BehaviourName): CrioVersion => ({
  ...version,
  behaviour: { ...version.behaviour, [row]: !version.behaviour[row] },
});

/**
 * Finds the rows by trying each the other way round: the one that makes the most cases right is taken, and the
 * search goes on with it changed, since one case can need two.
 */
export async function explain(cases: readonly Judged[], version: CrioVersion): Promise<Explanation> {
  const unknown: Judged[] = [];
  const wrong: Judged[] = [];
  for (const test of cases) {
    const { agreement } = await test.predict(version);
    if (agreement === 'unknown') unknown.push(test);
    if (agreement === 'wrong') wrong.push(test);
  }
  const rows: ExplainedBy[] = [];
  let changed = version;
  let left = wrong;
  for (;;) {
    let best: { row: BehaviourName; left: Judged[] } | undefined;
    for (const row of BEHAVIOUR_NAMES) {
      if (rows.some((taken) => taken.row === row)) continue;
      const still = await wrongOf(left, flipped(changed, row));
      if (still.length < (best?.left.length ?? left.length)) best = { row, left: still };
    }
    if (best === undefined) break;
    const { row, left: still } = best;
    rows.push({ row, cases: left.filter((test) => !still.includes(test)) });
    changed = flipped(changed, row);
    left = still;
  }
  const agreeing = cases.length - unknown.length - wrong.length;
  return { agreeing, wrong: wrong.length, unknown, rows, unexplained: left };
}
