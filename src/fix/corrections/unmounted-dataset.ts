import { contains } from '../../host/containment.js';
import { mountsAt, type Dataset } from '../../facts/zfs/datasets.js';
import { encryptionKeyOf, type EncryptionKey } from '../../facts/zfs/encryption-key.js';
import type { IntendedDataset } from '../../facts/zfs/intended.js';
import type { Host } from '../../host/host.js';
import { describeFailure, valueOf } from '../../host/probe.js';
import type { Finding } from '../../rules/finding.js';
import type { StoreDiagnosis } from '../../rules/rule.js';
import { refuse, type Action, type Planned } from '../actions.js';
import { defineCorrection } from '../correction.js';

/**
 * The dataset meant for graphroot is not mounted: CRI-O would refuse, or write into the parent's dataset in
 * silence. It is mounted where it says, after loading its key from a file when that is what is missing.
 */
export const unmountedDataset = defineCorrection({
  read: ({ host }) => hasMountsOfItsOwn(host),
  plan: planUnmountedDataset,
});

function planUnmountedDataset({ input }: StoreDiagnosis, isApart: boolean, { code }: Finding): Planned {
  const { intended, mounts, zfs } = input.facts;
  const datasets = valueOf(zfs.datasets) ?? [];
  const dataset = datasets.find(({ name }) => name === intended?.dataset);
  if (intended === undefined || dataset === undefined) {
    return refuse(code, 'the dataset that should be mounted is not known');
  }
  const mountpoint = mountsAt(dataset);
  if (mountpoint === undefined) return refuse(code, `${dataset.name} has no mountpoint of its own`);
  if (mountpoint !== intended.mountpoint) {
    return refuse(code, `${dataset.name} mounts itself on ${mountpoint}, and not on ${intended.mountpoint}`);
  }
  const zoned = whyZoned(dataset.name, intended.zoned);
  if (zoned !== undefined) return refuse(code, zoned);
  if (isApart) {
    return refuse(
      code,
      'this run has a mount namespace of its own, and CRI-O would not see what is mounted in it',
    );
  }
  if (dataset.properties.canmount === 'off') return refuse(code, `${dataset.name} has canmount=off`);
  const table = valueOf(mounts);
  if (table === undefined) return refuse(code, 'the table of mounts could not be read');
  const below = table.find((mount) => contains(mountpoint, mount.mountpoint));
  if (below !== undefined) {
    return refuse(
      code,
      `${below.mountpoint} is mounted at or below ${mountpoint}, and mounting over it would hide it`,
    );
  }
  const key = loadKey(dataset, encryptionKeyOf(dataset, datasets), intended);
  if (typeof key === 'string') return refuse(code, key);
  const aside = makeWay(intended);
  if (typeof aside === 'string') return refuse(code, aside);
  const mount: Action = { kind: 'mount-dataset', dataset: dataset.name, mountpoint };
  const expects = { kind: 'start', dataset: dataset.name, layers: [] } as const;
  return { kind: 'plan', plan: { code, actions: [...key, ...aside, mount], expects } };
}

/**
 * With PrivateMounts= and what implies it (ProtectSystem=, PrivateTmp=, credentials) systemd gives each process of
 * the unit mounts of its own.
 */
async function hasMountsOfItsOwn(host: Host): Promise<boolean> {
  const [ours, those] = [await host.readLink('/proc/self/ns/mnt'), await host.readLink('/proc/1/ns/mnt')];
  return ours.state === 'known' && those.state === 'known' && ours.value !== those.value;
}

/** Why `zfs mount` would refuse. A recording that is older than the question changes nothing by its plan. */
function whyZoned(name: string, zoned: IntendedDataset['zoned']): string | undefined {
  if (valueOf(zoned) === true)
    return `${name} has zoned=on, and the host does not mount what belongs to a container`;
  if (zoned.state !== 'unknown' || zoned.why.kind === 'not-recorded') return undefined;
  return `whether ${name} is delegated to a container is not known: ${describeFailure(zoned.why)}`;
}

function loadKey(
  { properties: { keystatus } }: Dataset,
  { encryptionroot: root, keylocation }: EncryptionKey,
  { keyFile }: IntendedDataset,
): readonly Action[] | string {
  if (keystatus !== 'unavailable') return [];
  if (keyFile === undefined) {
    return `the key of ${root} comes from "${keylocation}" and has to be given by an administrator: zfs load-key ${root}`;
  }
  const status = valueOf(keyFile.status);
  if (status?.kind !== 'file' || status.size === 0) {
    return `the key file ${keyFile.path} of ${root} is not there or cannot be read`;
  }
  return [{ kind: 'load-key', dataset: root, keyFile: keyFile.path }];
}

/** An empty directory needs nothing; CRI-O's own skeleton is renamed aside; anything else stays visible. */
function makeWay({ mountpoint, contents }: IntendedDataset): readonly Action[] | string {
  if (contents.state === 'absent') return [];
  if (contents.state === 'unknown') {
    return `what lies in ${mountpoint} is not known: ${describeFailure(contents.why)}`;
  }
  switch (contents.value.kind) {
    case 'empty':
      return [];
    case 'skeleton':
      return [{ kind: 'rename-directory', from: mountpoint, to: `${mountpoint}.before-crio-guard` }];
    case 'foreign':
      return `${mountpoint} holds files, and mounting over them would hide them: move them away first`;
  }
}
