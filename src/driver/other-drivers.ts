import { goParseBool } from '../text/go-text.js';
import { ZFS_SUPER_MAGIC } from '../host/host.js';
import { valueOf } from '../host/probe.js';
import type { DriverCause } from './cause.js';
import { makeBelow } from './directories.js';
import { parseDriverOptions } from './options.js';
import { invalidSyntax, overlayOptions, type OverlayOptions } from './overlay-options.js';
import { fail, firstOf, pass, unsure, type Step } from './prediction.js';
import type { PredictionInput } from './prediction-input.js';

type DriverStep = Step<DriverCause>;

/** The drivers beside zfs, as far as ZFS has to do with whether they start. */
export function initialiseOther(input: PredictionInput, driver: string): DriverStep {
  // drivers/overlay/overlay.go registers itself under both names.
  if (driver === 'overlay2') return overlay(input);
  if (!input.model.drivers.includes(driver)) return fail({ kind: 'driver-unknown', driver });
  switch (driver) {
    case 'overlay':
      return overlay(input);
    case 'vfs':
      return vfs(input);
    case 'aufs':
      return fail({ kind: 'driver-not-in-kernel', driver });
    case 'btrfs':
      return btrfs(input);
    default:
      return fail({ kind: 'driver-unknown', driver });
  }
}

const OVERLAYFS_SUPER_MAGIC = 0x794c7630;
const XFS_SUPER_MAGIC = 0x58465342;

/** drivers/overlay/overlay.go Init: options, then whether the kernel's overlay works on this file system. */
function overlay(input: PredictionInput): DriverStep {
  const { facts } = input;
  const options = overlayOptions(input);
  if ('kind' in options) return options;
  const type = facts.graphroot.fileSystem;
  if (type.state === 'unknown') return unsure(type.why);
  return firstOf<DriverCause>([
    () => makeBelow(input, facts.graphroot, 'overlay'),
    () => (options.mountProgram === '' ? nativeOver(valueOf(type)?.type) : pass),
    () => composefs(input, options),
    () => (options.mountProgram === '' ? native(input, valueOf(type)?.type) : pass),
    () => limits(options, valueOf(type)?.type),
  ]);
}

const nativeOver = (type: number | undefined): DriverStep =>
  type === OVERLAYFS_SUPER_MAGIC ? fail({ kind: 'overlay-not-supported', because: 'overlayfs' }) : pass;

/** With its helper it is up to the kernel, whose support for layers of data alone is not modelled. */
function composefs({ facts }: PredictionInput, { composefs: option }: OverlayOptions): DriverStep {
  if (option === undefined) return pass;
  const helper = facts.zfs.composefsHelper;
  if (helper?.state === 'absent') {
    return fail({ kind: 'composefs-helper-missing', driver: 'overlay', option });
  }
  const question = 'tell whether overlay works with use_composefs';
  if (helper?.state === 'unknown') return unsure(helper.why);
  return unsure({ kind: 'depends', question, detail: 'what it wants of the kernel is not modelled' });
}

/** The kernel's own overlay, for want of a program that does the same. */
function native(input: PredictionInput, type: number | undefined): DriverStep {
  const { facts } = input;
  if (UNMOUNTABLE.test(input.request.graphroot)) {
    const fileSystem = type === undefined ? {} : { fileSystem: type };
    return programOr(input, fail({ kind: 'overlay-not-supported', because: 'path', ...fileSystem }));
  }
  if (type !== ZFS_SUPER_MAGIC) return pass;
  const version = valueOf(facts.zfs.module)?.version;
  if (version === undefined || version === '') {
    return unsure({
      kind: 'depends',
      question: 'tell the version of OpenZFS',
      detail: 'the kernel does not say',
    });
  }
  if (hasWhiteouts(version)) return pass;
  return programOr(input, fail({ kind: 'overlay-not-supported', because: 'old-zfs' }));
}

/** What fuse-overlayfs saves, where it is on the PATH. */
function programOr({ facts }: PredictionInput, refusal: DriverStep): DriverStep {
  const program = facts.zfs.fuseOverlayfs;
  if (program?.state === 'absent') return refusal;
  if (program?.state === 'known') return pass;
  return unsure(
    program?.why ?? { kind: 'depends', question: 'look for fuse-overlayfs', detail: 'it was not asked for' },
  );
}

/** Characters that end a directory among the options of an overlay mount, which containers/storage does not escape. */
const UNMOUNTABLE = /[\\:,]/;

/** RENAME_WHITEOUT, without which an overlay cannot delete, came with OpenZFS 2.2. */
export function hasWhiteouts(version: string): boolean {
  const [major = 0, minor = 0] = version.split(/[.-]/).map(Number);
  return major > 2 || (major === 2 && minor >= 2);
}

/** Project quotas are those of XFS; whether they are on there is not looked at. */
function limits({ limit }: OverlayOptions, type: number | undefined): DriverStep {
  if (limit === undefined || type === XFS_SUPER_MAGIC) return pass;
  const fileSystem = type === undefined ? {} : { fileSystem: type };
  return fail({ kind: 'limits-need-xfs', driver: 'overlay', option: limit, ...fileSystem });
}

/** drivers/vfs/driver.go Init */
function vfs(input: PredictionInput): DriverStep {
  const { request, model, facts } = input;
  const made = firstOf([
    () => makeBelow(input, facts.graphroot, 'vfs'),
    () => makeBelow(input, facts.graphroot, 'vfs/dir'),
  ]);
  if (made.kind !== 'pass') return made;
  const refusal = parseDriverOptions(request.options, model, 'vfs', ['vfs', ''], (option) => {
    const { key, name, value, text } = option;
    const own = model.ignoresOtherDrivers || key !== name;
    if (own && name === 'imagestore') return undefined;
    if (own && name === 'ignore_chown_errors') {
      return goParseBool(value) === undefined ? invalidSyntax('vfs', option, 'ParseBool') : undefined;
    }
    if (model.ignoresOtherDrivers ? name === 'mountopt' : key === 'vfs.mountopt') {
      return fail({ kind: 'mount-options-not-supported', driver: 'vfs', option: text });
    }
    return fail({ kind: 'unknown-option', driver: 'vfs', option: text, name });
  });
  return refusal ?? pass;
}

const BTRFS_SUPER_MAGIC = 0x9123683e;

/**
 * drivers/btrfs/btrfs.go Init. Nobody's btrfs driver works elsewhere than on btrfs; whether this CRI-O has one
 * is only seen in its words.
 */
function btrfs({ facts, model }: PredictionInput): DriverStep {
  const type = facts.graphroot.fileSystem;
  if (type.state === 'unknown') return unsure(type.why);
  if (valueOf(type)?.type === BTRFS_SUPER_MAGIC) return pass;
  return fail(model.btrfs ? { kind: 'graphroot-not-on-btrfs' } : { kind: 'driver-unknown', driver: 'btrfs' });
}
