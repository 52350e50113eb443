import { UNIT_DIRECTORIES } from '../../config/service/unit-files.js';
import type { Host } from '../../host/host.js';
import type { FindingOf } from '../../rules/finding.js';
import type { StoreDiagnosis } from '../../rules/rule.js';
import { refuse, type Planned } from '../actions.js';
import { unitName, unitWord } from '../../text/systemd-quoting.js';
import { defineCorrection } from '../correction.js';
import { readUnitDropIn, writeUnitDropIn, type UnitDropIn } from '../unit-drop-in.js';

const GENERATED = '/run/systemd/generator';
const ZFS_MOUNT = 'zfs-mount.service';

interface Context {
  readonly dropIn: UnitDropIn;
  /** The unit that makes the mount at boot; absent when systemd knows of none. */
  readonly waitFor: string | undefined;
}

/**
 * crio.service neither requires nor waits for the mount of its store. It starts all the same, as long as the
 * mount comes in time, so the unit is not changed before a start, only by "--fix".
 *
 * A mount unit that a generator made is all that RequiresMountsFor= needs. Without one systemd learns of the
 * mount only when it is there, and what makes it has to be waited for by name.
 */
export const notOrderedAfterMount = defineCorrection<'CG310', Context>({
  byHand: true,
  read: async ({ host, diagnosis, finding }) => ({
    dropIn: await readUnitDropIn(host, diagnosis.input.facts.mounts),
    waitFor: await mountingUnit(host, finding.data.unit),
  }),
  plan: planDropIn,
});

async function mountingUnit(host: Host, unit: string): Promise<string | undefined> {
  if ((await host.stat(`${GENERATED}/${unit}`)).state === 'known') return unit;
  for (const directory of UNIT_DIRECTORIES) {
    if ((await host.stat(`${directory}/${ZFS_MOUNT}`)).state === 'known') return ZFS_MOUNT;
  }
  return undefined;
}

function planDropIn(
  _: StoreDiagnosis,
  { dropIn, waitFor }: Context,
  { code, data }: FindingOf<'CG310'>,
): Planned {
  if (dropIn.kind === 'unusable') return refuse(code, dropIn.why);
  const { dataset, mountpoint } = data;
  if (waitFor === undefined) {
    return refuse(code, `systemd knows neither ${ZFS_MOUNT} nor a unit that mounts ${mountpoint}`);
  }
  const path = unitWord(mountpoint);
  const unit = unitName(waitFor);
  if (path === undefined || unit === undefined) {
    const why = 'contains characters that unit files cannot represent';
    return refuse(code, `"${path === undefined ? mountpoint : waitFor}" ${why}`);
  }
  const reason = [
    `${code}: the store of CRI-O lies on ${dataset}, mounted on ${mountpoint}.`,
    'Without that mount CRI-O would start on the empty directory below.',
  ];
  const settings = [
    ['RequiresMountsFor', path],
    ['After', unit],
  ] as const;
  const actions = writeUnitDropIn(dropIn, reason, settings);
  return { kind: 'plan', plan: { code, actions, expects: { kind: 'finding-gone' } } };
}
