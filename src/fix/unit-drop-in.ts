import { describeFailure, type Probe } from '../host/probe.js';
import type { Host } from '../host/host.js';
import type { Mount } from '../host/mountinfo.js';
import type { Action } from './actions.js';
import { whyReadOnly } from './drop-in-directory.js';
import { commentLines } from '../text/systemd-quoting.js';
import { decodeLossy } from '../text/utf8.js';

const PARENT = '/etc/systemd/system';
const DIRECTORY = `${PARENT}/crio.service.d`;
const FILE = `${DIRECTORY}/20-crio-guard-mounts.conf`;

/** Where a drop-in for crio.service can go. */
export type UnitDropIn =
  | {
      readonly kind: 'usable';
      readonly missing: readonly string[];
      /** What stands there under our name. */
      readonly previous: string | null;
    }
  | { readonly kind: 'unusable'; readonly why: string };

export async function readUnitDropIn(host: Host, mounts: Probe<readonly Mount[]>): Promise<UnitDropIn> {
  const why = await whyReadOnly(host, DIRECTORY, mounts);
  if (why !== undefined) return { kind: 'unusable', why };
  const missing: string[] = [];
  for (const directory of [PARENT, DIRECTORY]) {
    const status = await host.lstat(directory);
    if (status.state === 'unknown') return { kind: 'unusable', why: describeFailure(status.why) };
    if (status.state === 'absent') missing.push(directory);
    else if (status.value.kind !== 'directory') {
      return { kind: 'unusable', why: `${directory} is not a directory of its own` };
    }
  }
  const there = await host.readFile(FILE);
  if (there.state === 'unknown') return { kind: 'unusable', why: describeFailure(there.why) };
  const previous = there.state === 'known' ? decodeLossy(there.value) : null;
  return { kind: 'usable', missing, previous };
}

/** @param settings of [Unit], by name, each value as systemd reads it */
export function writeUnitDropIn(
  { missing, previous }: Extract<UnitDropIn, { kind: 'usable' }>,
  reason: readonly string[],
  settings: readonly (readonly [string, string])[],
): readonly Action[] {
  const lines = [
    '# Written by "crio-guard --fix".',
    ...commentLines(reason),
    '# "crio-guard --revert" takes it back.',
    '[Unit]',
    ...settings.map(([name, value]) => `${name}=${value}`),
  ];
  return [
    ...missing.map((path): Action => ({ kind: 'make-directory', path, mode: 0o755 })),
    {
      kind: 'write-file',
      path: FILE,
      content: `${lines.join('\n')}\n`,
      mode: 0o644,
      previous,
      reloadsSystemd: true,
    },
  ];
}
