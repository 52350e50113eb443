import { GO_ZFS_COLUMNS } from '../facts/fsname-listing.js';
import { ZFS_SUPER_MAGIC } from '../host/host.js';
import { valueOf, type Probe, type ProbeFailure } from '../host/probe.js';
import { fsnameOf, parseOption } from './options.js';
import {
  fail,
  firstOf,
  pass,
  unsure,
  type FailureRow,
  type Refused,
  type Step,
  type Unsure,
} from './prediction.js';
import type { Situation } from './situation.js';

/** The driver's answer: a refusal, or the dataset that new layers will be made below. */
export type ZfsAnswer = { readonly kind: 'pass'; readonly dataset: string } | Refused | Unsure;

const PREREQUISITES = 'prerequisites for driver not satisfied (wrong filesystem?)';

/** drivers/zfs/zfs.go Init, in its order. */
export function initialiseZfs(situation: Situation): ZfsAnswer {
  const fsname = fsnameOf(situation.request.options);
  const before = firstOf([
    () => commandStep(situation),
    () => deviceStep(situation),
    () => optionsStep(situation),
    () => (fsname === '' ? rootFileSystemStep(situation) : pass),
  ]);
  if (before.kind !== 'pass') return before;
  const dataset = fsname === '' ? lookupDataset(situation) : { kind: 'pass' as const, dataset: fsname };
  if (dataset.kind !== 'pass') return dataset;
  const listing = listingStep(situation, dataset.dataset);
  return listing.kind === 'pass' ? dataset : listing;
}

function commandStep({ facts }: Situation): Step {
  return needed(facts.zfs.command, 'Z1', `the 'zfs' command is not available: ${PREREQUISITES}`);
}

/**
 * The driver opens /dev/zfs; we only look whether it is there, since opening a device node that systemd
 * made ahead of the module would load the module.
 */
function deviceStep({ facts, model }: Situation): Step {
  const repeated = model.doublesDeviceError ? 'open /dev/zfs: ' : '';
  const words = `could not open /dev/zfs: ${repeated}no such file or directory: ${PREREQUISITES}`;
  return needed(facts.zfs.device, 'Z2', words);
}

function needed(probe: Probe<unknown>, row: FailureRow, words: string): Step {
  if (probe.state === 'known') return pass;
  return probe.state === 'absent' ? fail(row, words) : unsure(probe.why);
}

/** parseOptions; 1.64.0 looks for the other drivers' prefixes first. */
function optionsStep({ request, model }: Situation): Step {
  for (const text of request.options) {
    const option = parseOption(text);
    if (option === undefined) return fail('Z3', `unable to parse key/value option: ${text}`);
    const { key } = option;
    if (key === 'zfs.fsname' || key === 'zfs.mountopt') continue;
    if (!model.quotesUnknownOption) return fail('Z4', `unknown option ${key}`);
    const name = key.startsWith('zfs.') ? key.slice('zfs.'.length) : key;
    if (name === 'fsname' || name === 'mountopt') continue;
    const other = model.drivers.some((driver) => driver !== 'zfs' && key.startsWith(`${driver}.`));
    if (other && model.ignoresOtherDrivers) continue;
    return fail('Z4', `unknown option "${name}" ("${text}")`);
  }
  return pass;
}

/**
 * checkRootdirFs asks for the file system of graphroot, but GetFSMagic (driver_linux.go) takes that of
 * filepath.Dir: the parent's. This is cri-o/cri-o#8771.
 */
function rootFileSystemStep({ facts, request }: Situation): Step {
  const type = facts.graphroot.parentFileSystem;
  if (type.state === 'unknown') return unsure(type.why);
  if (type.state === 'known' && type.value === ZFS_SUPER_MAGIC) return pass;
  return fail('Z5', `no zfs dataset found for rootdir '${request.graphroot}': ${PREREQUISITES}`);
}

/** lookupZfsDataset: the first mount of type zfs whose mountpoint shows graphroot's device number. */
function lookupDataset({ facts, request }: Situation): ZfsAnswer {
  const { status } = facts.graphroot.nearest;
  if (status.state === 'unknown') return unsure(status.why);
  if (facts.mounts.state === 'unknown') return unsure(facts.mounts.why);
  const wanted = valueOf(status)?.device;
  for (const { mount, device } of facts.zfs.lookup) {
    if (device.state === 'unknown') return unsure(device.why);
    if (valueOf(device) === wanted) return { kind: 'pass', dataset: mount.source };
  }
  const words = `failed to find zfs dataset mounted on '${request.graphroot}' in /proc/mounts`;
  return fail('Z6', words);
}

/** go-zfs Filesystems(): `zfs list -rHp -t filesystem -o … NAME` must print a line of that name. */
function listingStep({ facts, model }: Situation, dataset: string): Step {
  const { datasets, fsnameListing, command } = facts.zfs;
  const found = valueOf(datasets)?.find(({ name, type }) => name === dataset && type === 'filesystem');
  if (found !== undefined) {
    const below = (valueOf(datasets) ?? []).filter(
      ({ name, type }) => type === 'filesystem' && (name === dataset || name.startsWith(`${dataset}/`)),
    );
    // strings.Fields of go-zfs v2 sees more columns where a name or a mountpoint holds a blank.
    const split = model.oldGoZfs && below.some(({ name, mountpoint }) => /\s/.test(name + mountpoint));
    const words = `cannot find root filesystem ${dataset}: output does not match what is expected on this platform`;
    return split ? fail('Z9', words) : pass;
  }
  if (fsnameListing === undefined) return unsure(whyUnlisted(facts.zfs.datasets));
  if (fsnameListing.state !== 'known') return unsure(whyUnlisted(fsnameListing));
  const { exitCode, stdout, stderr } = fsnameListing.value;
  if (exitCode === 0) {
    if (stdout.split('\n').some((line) => line.split('\t')[0] === dataset)) return pass;
    return fail('Z8', `zfs get all -t filesystem -rHp '${dataset}' should contain '${dataset}'`);
  }
  const program = `${valueOf(command) ?? 'zfs'}${model.oldGoZfs ? ' fs' : ''}`;
  const line = `${program} list -rHp -t filesystem -o ${GO_ZFS_COLUMNS} ${dataset}`;
  return fail(
    'Z7',
    `cannot find root filesystem ${dataset}: exit status ${exitCode}: "${line}" => ${stderr}`,
  );
}

function whyUnlisted(probe: Probe<unknown>): ProbeFailure {
  if (probe.state === 'unknown') return probe.why;
  return { kind: 'depends', question: 'list the dataset', detail: 'it was not asked for' };
}
