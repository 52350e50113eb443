import { GO_ZFS_COLUMNS } from '../facts/zfs/fsname-listing.js';
import { ZFS_SUPER_MAGIC, type Execution } from '../host/host.js';
import { valueOf, type Probe, type ProbeFailure } from '../host/probe.js';
import { makeBelow } from './directories.js';
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
  const made = makeBelow(input, input.facts.graphroot, 'zfs');
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
function rootFileSystemStep({ facts }: PredictionInput): ZfsStep {
  const type = facts.graphroot.parentFileSystem;
  if (type.state === 'unknown') return unsure(type.why);
  if (type.state === 'known' && type.value === ZFS_SUPER_MAGIC) return pass;
  return fail({ kind: 'parent-not-zfs' });
}

/** lookupZfsDataset: the first mount of type zfs whose mountpoint shows graphroot's device number. */
function lookupDataset({ facts }: PredictionInput): ZfsAnswer {
  const { status } = facts.graphroot.nearest;
  if (status.state === 'unknown') return unsure(status.why);
  if (facts.mounts.state === 'unknown') return unsure(facts.mounts.why);
  const wanted = valueOf(status)?.device;
  for (const { mount, device } of facts.zfs.lookup) {
    if (device.state === 'unknown') return unsure(device.why);
    if (valueOf(device) === wanted) return { kind: 'pass', dataset: mount.source };
  }
  return fail({ kind: 'graphroot-not-in-mounts' });
}

/** go-zfs Filesystems(): `zfs list -rHp -t filesystem -o … NAME` must print a line of that name. */
function listingStep(input: PredictionInput, dataset: string): ZfsStep {
  const { facts, model } = input;
  const { datasets, fsnameListing } = facts.zfs;
  const found = valueOf(datasets)?.find(({ name, type }) => name === dataset && type === 'filesystem');
  if (found !== undefined) {
    const below = (valueOf(datasets) ?? []).filter(
      ({ name, type }) => type === 'filesystem' && (name === dataset || name.startsWith(`${dataset}/`)),
    );
    // go-zfs splits at tabs, v2 at every blank (strings.Fields), and then sees more columns than it asked for.
    const blank = model.oldGoZfs ? /\s/ : /[\t\n]/;
    return below.some(({ name, mountpoint }) => blank.test(name + mountpoint))
      ? notUnderstood(dataset)
      : pass;
  }
  if (fsnameListing === undefined) return unsure(whyUnlisted(datasets));
  return fsnameListing.state === 'known'
    ? readListing(input, dataset, fsnameListing.value)
    : unsure(whyUnlisted(fsnameListing));
}

const notUnderstood = (dataset: string): ZfsStep => fail({ kind: 'zfs-list-not-understood', dataset });

/** What go-zfs makes of the answer to exactly its question. */
function readListing({ model }: PredictionInput, dataset: string, execution: Execution): ZfsStep {
  const { exitCode, stdout, stderr } = execution;
  if (exitCode !== 0) return fail({ kind: 'dataset-refused', dataset, exitCode, answer: stderr });
  const lines = stdout.split('\n').slice(0, -1);
  const cells = lines.map((line) => (model.oldGoZfs ? line.split(/\s+/) : line.split('\t')));
  if (cells.some(({ length }) => length !== GO_ZFS_COLUMNS.split(',').length)) return notUnderstood(dataset);
  return cells.some(([name]) => name === dataset) ? pass : fail({ kind: 'dataset-not-listed', dataset });
}

function whyUnlisted(probe: Probe<unknown>): ProbeFailure {
  if (probe.state === 'unknown') return probe.why;
  return { kind: 'depends', question: 'list the dataset', detail: 'it was not asked for' };
}
