import type { FindingOf } from '../../rules/finding.js';
import type { StoreDiagnosis } from '../../rules/rule.js';
import { refuse, type Planned } from '../actions.js';
import { defineCorrection } from '../correction.js';

/** An option that the driver does not know is never left out behind the back of whoever wrote it. */
export const unknownOption = defineCorrection<'CG206', undefined>({
  read: () => Promise.resolve(undefined),
  plan: (_: StoreDiagnosis, __: undefined, { code, data }: FindingOf<'CG206'>): Planned => {
    const option = `${data.option} (${data.setBy})`;
    return refuse(
      code,
      data.kind === 'size'
        ? `${option} is a limit, which would be lifted without a word: remove it there, and set a quota on the dataset`
        : `what was meant by ${option} only its author knows: remove or correct it there`,
    );
  },
});
