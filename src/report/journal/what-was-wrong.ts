import type { RuleCode } from '../../rules/rule.js';

/** What was wrong before a correction. The finding says it as it was then, and by now it is past. */
const WAS_WRONG: Readonly<Record<RuleCode, string>> = {
  CG111: 'storage.conf set options of another driver, and CRI-O would have refused them',
  CG201: 'graphroot was the mountpoint of a dataset, and CRI-O would have refused to start',
  CG205: 'the zfs module was not loaded, and CRI-O would have refused to start',
  CG301: 'the dataset meant for graphroot was not mounted',
  CG303: 'the key of the dataset meant for graphroot was not loaded',
  CG310: 'crio.service did not wait for the mount of its store',
  CG401: 'the dataset meant for graphroot was not mounted, and layers would have gone to another one',
};

export const wasWrong = (code: RuleCode | undefined): string =>
  (code === undefined ? undefined : WAS_WRONG[code]) ?? 'the storage of CRI-O was set up wrongly';
