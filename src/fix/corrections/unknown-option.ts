import type { FindingOf } from '../../rules/finding.js';
import type { StoreDiagnosis } from '../../rules/rule.js';
import { refuse, type Planned } from '../actions.js';
import { defineCorrection } from '../correction.js';

/** An option that the driver does not know is never left out: only an administrator knows its purpose. */
export const unknownOption = defineCorrection<'CG206', undefined>({
  read: () => Promise.resolve(undefined),
  plan: (_: StoreDiagnosis, __: undefined, { code, data }: FindingOf<'CG206'>): Planned => {
    const option = `${data.option} (${data.setBy})`;
    return refuse(
      code,
      data.kind === 'size'
        ? `${option} is a limit that would silently be lifted: remove it there, and set a quota on the dataset`
        : `crio-guard does not know the purpose of ${option}: remove or correct it there`,
    );
  },
});
