import { ZFS_SUPER_MAGIC } from '../host/host.js';
import { valueOf, type Probe } from '../host/probe.js';
import { makeBelow } from './directories.js';
import { listingStep } from './zfs-listing.js';
import { driverRoot } from './driver-root.js';
import { fsnameOf, parseDriverOptions } from './options.js';
import type { DriverCause } from './cause.js';
import { fail, firstOf, pass, unsure, type Refused, type Step, type Unsure } from './prediction.js';
import type { PredictionInput } from './prediction-input.js';

/** The driver's answer: a refusal, or the dataset that new layers will be made below. */
export type ZfsAnswer = { readonly kind: 'pass'; readonly dataset: string } | Refused<DriverCause> | Unsure;

type ZfsStep = Step<DriverCause>;

/** drivers/zfs/zfs.go Init, in its order. */
export function initialiseZfs(input: PredictionInput): ZfsAnswer {
  const fsname = fsnameOf(input.request.options);
  const before = firstOf<DriverCause>([
    () => commandStep(input),
    () => deviceStep(input),
    () => optionsStep(input),
    () => (fsname === '' ? rootFileSystemStep(input) : pass),
  ]);
  if (before.kind !== 'pass') return before;
  const dataset = fsname === '' ? lookupDataset(input) : { kind: 'pass' as const, dataset: fsname };
  if (dataset.kind !== 'pass') return dataset;
  const after = firstOf<DriverCause>([() => listingStep(input, dataset.dataset), () => homeStep(input)]);
  return after.kind === 'pass' ? dataset : after;
}

/** The driver's own directory, where it was not made before. */
function homeStep(input: PredictionInput): ZfsStep {
  const made = makeBelow(input, driverRoot(input), 'zfs');
  if (made.kind !== 'fail') return made;
  return fail({ kind: 'driver-directory-not-made', cause: made.cause });
}

function commandStep({ facts }: PredictionInput): ZfsStep {
  return needed(facts.zfs.command, { kind: 'zfs-command-missing' });
}

/**
 * The driver opens /dev/zfs; we only look whether it is there, since opening a device node that systemd
 * made ahead of the module would load the module.
 */
function deviceStep({ facts }: PredictionInput): ZfsStep {
  const { device } = facts.zfs;
  if (valueOf(device)?.kind === 'directory') {
    return fail({ kind: 'zfs-device-missing', reason: 'is a directory' });
  }
  return needed(device, { kind: 'zfs-device-missing', reason: 'no such file or directory' });
}

function needed(probe: Probe<unknown>, cause: DriverCause): ZfsStep {
  if (probe.state === 'known') return pass;
  return probe.state === 'absent' ? fail(cause) : unsure(probe.why);
}

/** parseOptions */
function optionsStep({ request, model }: PredictionInput): ZfsStep {
  const refusal = parseDriverOptions(request.options, model, 'zfs', ['zfs', ''], ({ key, name, text }) => {
    const own = model.ignoresOtherDrivers || key.startsWith('zfs.');
    if (own && (name === 'fsname' || name === 'mountopt')) return undefined;
    return fail({ kind: 'unknown-option', driver: 'zfs', option: text, name });
  });
  return refusal ?? pass;
}

/**
 * checkRootdirFs asks for the file system of graphroot, but GetFSMagic (driver_linux.go) takes that of
 * filepath.Dir: the parent's. This is cri-o/cri-o#8771.
 */
function rootFileSystemStep(input: PredictionInput): ZfsStep {
  const type = driverRoot(input).parentFileSystem;
  if (type.state === 'unknown') return unsure(type.why);
  if (type.state === 'known' && type.value === ZFS_SUPER_MAGIC) return pass;
  return fail({ kind: 'parent-not-zfs' });
}

/** lookupZfsDataset: the first mount of type zfs whose mountpoint shows graphroot's device number. */
function lookupDataset(input: PredictionInput): ZfsAnswer {
  const { facts } = input;
  const { status } = driverRoot(input).nearest;
  if (status.state === 'unknown') return unsure(status.why);
  if (facts.mounts.state === 'unknown') return unsure(facts.mounts.why);
  const wanted = valueOf(status)?.device;
  for (const { mount, device } of facts.zfs.lookup) {
    if (device.state === 'unknown') return unsure(device.why);
    if (valueOf(device) === wanted) return { kind: 'pass', dataset: mount.source };
  }
  return fail({ kind: 'graphroot-not-in-mounts' });
}
