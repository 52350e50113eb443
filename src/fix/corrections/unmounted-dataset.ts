import { mountsAt, type Dataset } from '../../facts/datasets.js';
import { contains } from '../../facts/containment.js';
import { valueOf } from '../../host/probe.js';
import type { Finding } from '../../rules/finding.js';
import type { StoreDiagnosis } from '../../rules/rule.js';
import { refuse, type Action, type Planned } from '../actions.js';
import { defineCorrection } from '../correction.js';
import { readMountTargets, type MountTargets } from '../mount-targets.js';

/**
 * The dataset meant for graphroot is not mounted: CRI-O would refuse, or write into the parent's dataset in
 * silence. It is mounted where it says, after loading its key from a file when that is what is missing.
 */
export const unmountedDataset = defineCorrection({
  read: ({ host, diagnosis }) => readMountTargets(host, diagnosis),
  plan: planUnmountedDataset,
});

function planUnmountedDataset(diagnosis: StoreDiagnosis, context: MountTargets, finding: Finding): Planned {
  const { code } = finding;
  const { facts } = diagnosis.situation;
  const dataset = valueOf(facts.zfs.datasets)?.find(({ name }) => name === finding.data['dataset']);
  if (dataset === undefined) return refuse(code, 'the dataset that should be mounted is not known');
  const mountpoint = mountsAt(dataset);
  if (mountpoint === undefined) return refuse(code, `${dataset.name} has no mountpoint of its own`);
  if (dataset.canmount === 'off') return refuse(code, `${dataset.name} has canmount=off`);
  const table = valueOf(facts.mounts);
  if (table === undefined) return refuse(code, 'the table of mounts could not be read');
  const below = table.find((mount) => contains(mountpoint, mount.mountpoint));
  if (below !== undefined) {
    return refuse(
      code,
      `${below.mountpoint} is mounted at or below ${mountpoint}, and mounting over it would hide it`,
    );
  }
  const key = loadKey(dataset, context);
  if (typeof key === 'string') return refuse(code, key);
  const aside = makeWay(mountpoint, context);
  if (typeof aside === 'string') return refuse(code, aside);
  const mount: Action = { kind: 'mount-dataset', dataset: dataset.name, mountpoint };
  return {
    kind: 'plan',
    plan: {
      code,
      actions: [...key, ...aside, mount],
      expects: { kind: 'start', dataset: dataset.name, layers: [] },
    },
  };
}

function loadKey(dataset: Dataset, context: MountTargets): readonly Action[] | string {
  if (dataset.keystatus !== 'unavailable') return [];
  const file = /^file:\/\/(\/.*)$/.exec(dataset.keylocation)?.[1];
  const root = dataset.encryptionroot;
  if (file === undefined) {
    return `the key of ${root} comes from "${dataset.keylocation}" and has to be given by an administrator: zfs load-key ${root}`;
  }
  if (!context.readableFiles.has(file))
    return `the key file ${file} of ${root} is not there or cannot be read`;
  return [{ kind: 'load-key', dataset: root, keyFile: file }];
}

/** An empty directory needs nothing; CRI-O's own skeleton is renamed aside; anything else stays visible. */
function makeWay(mountpoint: string, context: MountTargets): readonly Action[] | string {
  const inside = context.directories.get(mountpoint);
  switch (inside) {
    case undefined:
      return `what lies in ${mountpoint} could not be read`;
    case 'absent':
    case 'empty':
      return [];
    case 'skeleton':
      return [{ kind: 'rename-directory', from: mountpoint, to: `${mountpoint}.before-crio-guard` }];
    case 'full':
      return `${mountpoint} holds files, and mounting over them would hide them: move them away first`;
  }
}
