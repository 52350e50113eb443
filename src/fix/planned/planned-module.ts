import type { FileKind } from '../../host/host.js';
import { unknown, type Unknown } from '../../host/probe.js';

/** What appears as soon as the zfs module is loaded, whatever pools there are. */
export const APPEARS_WITH_MODULE: ReadonlyMap<string, FileKind> = new Map<string, FileKind>([
  ['/dev/zfs', 'other'],
  ['/sys/module/zfs', 'directory'],
]);

const TOLD_BY_MODULE = ['/sys/module/zfs/', '/proc/spl/'];

/** Whether only the loaded module can answer for the path. */
export const isToldByModule = (path: string): boolean =>
  TOLD_BY_MODULE.some((place) => `${path}/`.startsWith(place));

/** Programs that ask the module; run without it, they might load it. */
export const asksModule = (program: string): boolean => /\/(?:zfs|zpool)$/.test(program);

/** The answer of a host on which the module is still to be loaded. */
export const beforeLoading = (question: string): Unknown =>
  unknown('depends', question, 'only the zfs module can tell, and it is still to be loaded');
