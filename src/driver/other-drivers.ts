import { goParseBool, goQuote } from '../text/go-text.js';
import { goJoin } from '../host/paths.js';
import { ZFS_SUPER_MAGIC } from '../host/host.js';
import { valueOf } from '../host/probe.js';
import { makeBelow } from './directories.js';
import { parseDriverOptions } from './options.js';
import { invalidSyntax, overlayOptions, type OverlayOptions } from './overlay-options.js';
import { fail, firstOf, pass, unsure, type Step } from './prediction.js';
import type { PredictionInput, StoreRequest } from './prediction-input.js';

const NOT_SUPPORTED = 'driver not supported';
const INCOMPATIBLE = 'backing file system is unsupported for this graph driver';
const PREREQUISITES = 'prerequisites for driver not satisfied (wrong filesystem?)';

/** The drivers beside zfs, as far as ZFS has to do with whether they start. */
export function initialiseOther(input: PredictionInput, driver: string): Step {
  switch (input.model.drivers.includes(driver) ? driver : '') {
    case 'overlay':
      return overlay(input);
    case 'vfs':
      return vfs(input);
    case 'aufs':
      return fail('G5', `kernel does not support aufs: ${NOT_SUPPORTED}`);
    case 'btrfs':
      return btrfs(input);
    default:
      return fail('G4', getDriverWords(driver, input.request));
  }
}

const OVERLAYFS_SUPER_MAGIC = 0x794c7630;
const XFS_SUPER_MAGIC = 0x58465342;

/** drivers/overlay/overlay.go Init: options, then whether the kernel's overlay works on this file system. */
function overlay(input: PredictionInput): Step {
  const { facts } = input;
  const options = overlayOptions(input);
  if ('kind' in options) return options;
  const type = facts.graphroot.fileSystem;
  if (type.state === 'unknown') return unsure(type.why);
  return firstOf([
    () => makeBelow(input, facts.graphroot, 'overlay'),
    () => (options.mountProgram === '' ? native(input, valueOf(type)?.type) : pass),
    () => limits(options, valueOf(type)?.type),
  ]);
}

/** The kernel's own overlay, for want of a program that does the same. */
function native(input: PredictionInput, type: number | undefined): Step {
  const { model, facts } = input;
  if (type === OVERLAYFS_SUPER_MAGIC && model.overlayRefusal !== 'fuse-overlayfs') {
    return fail(
      'G12',
      `'overlay' is not supported over overlayfs, a mount_program is required: ${INCOMPATIBLE}`,
    );
  }
  if (type === OVERLAYFS_SUPER_MAGIC) return overlayRefusal(input);
  if (UNMOUNTABLE.test(input.request.graphroot)) {
    const refusal = model.overlayRefusal === 'whiteout' ? unmountable : overlayRefusal;
    return programOr(input, refusal(input, type));
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
  return hasWhiteouts(version) ? pass : programOr(input, overlayRefusal(input));
}

/** What fuse-overlayfs saves, where it is on the PATH. */
function programOr({ model, facts }: PredictionInput, refusal: Step): Step {
  const program = facts.zfs.fuseOverlayfs;
  if (model.overlayRefusal === 'mount_program' || program?.state === 'absent') return refusal;
  if (program?.state === 'known') return pass;
  return unsure(
    program?.why ?? { kind: 'depends', question: 'look for fuse-overlayfs', detail: 'it was not asked for' },
  );
}

/** Characters that end a directory among the options of an overlay mount, which nobody escapes here. */
const UNMOUNTABLE = /[\\:,]/;

function unmountable({ request }: PredictionInput, type: number | undefined): Step {
  const home = goQuote(goJoin(request.graphroot, 'overlay'));
  return fail(
    'G12',
    `kernel does not support overlay fs: 'overlay' is not supported over ${fileSystemName(type)} at ${home}: ${INCOMPATIBLE}`,
  );
}

/** RENAME_WHITEOUT, without which an overlay cannot delete, came with OpenZFS 2.2. */
export function hasWhiteouts(version: string): boolean {
  const [major = 0, minor = 0] = version.split(/[.-]/).map(Number);
  return major > 2 || (major === 2 && minor >= 2);
}

function overlayRefusal({ model, request }: PredictionInput): Step {
  switch (model.overlayRefusal) {
    case 'mount_program':
      return fail('G12', `'overlay' is not supported over zfs, a mount_program is required: ${INCOMPATIBLE}`);
    case 'fuse-overlayfs':
      return fail('G12', `native overlay not supported and fuse-overlayfs not found: ${INCOMPATIBLE}`);
    case 'whiteout':
      return fail(
        'G12',
        `kernel does not support overlay fs: kernel returned unlinkat ${request.graphroot}/overlay/compat*` +
          `/merged/subdir: invalid argument when we tried to delete an item in the merged directory: ${NOT_SUPPORTED}`,
        false,
      );
  }
}

/** drivers.FsNames, as far as a store may lie there. */
const FILE_SYSTEM_NAMES: Readonly<Record<number, string>> = {
  0x9123683e: 'btrfs',
  0xef53: 'extfs',
  0xf2f52010: 'f2fs',
  0x6969: 'nfs',
  0x858458f6: 'ramfs',
  0x01021994: 'tmpfs',
  [ZFS_SUPER_MAGIC]: 'zfs',
};

const fileSystemName = (type: number | undefined): string =>
  (type === undefined ? undefined : FILE_SYSTEM_NAMES[type]) ?? '<unknown>';

/** Project quotas are those of XFS; whether they are on there is not looked at. */
function limits({ limited }: OverlayOptions, type: number | undefined): Step {
  if (!limited || type === XFS_SUPER_MAGIC) return pass;
  return fail(
    'G10',
    `storage option overlay.size and overlay.inodes only supported for backingFS XFS. Found ${fileSystemName(type)}`,
  );
}

/** drivers/vfs/driver.go Init */
function vfs(input: PredictionInput): Step {
  const { request, model, facts } = input;
  const made = firstOf([
    () => makeBelow(input, facts.graphroot, 'vfs'),
    () => makeBelow(input, facts.graphroot, 'vfs/dir'),
  ]);
  if (made.kind !== 'pass') return made;
  const refusal = parseDriverOptions(request.options, model, ['vfs', ''], ({ key, name, value, text }) => {
    const own = model.ignoresOtherDrivers || key !== name;
    if (own && name === 'imagestore') return undefined;
    if (own && name === 'ignore_chown_errors') {
      return goParseBool(value) === undefined ? invalidSyntax('ParseBool', value) : undefined;
    }
    if (model.ignoresOtherDrivers ? name === 'mountopt' : key === 'vfs.mountopt') {
      return fail('G11', 'vfs driver does not support mount options');
    }
    return model.quotesUnknownOption
      ? fail('G11', `unknown option ${goQuote(name)} (${goQuote(text)})`)
      : fail('G11', `vfs driver does not support ${key} options`);
  });
  return refusal ?? pass;
}

const BTRFS_SUPER_MAGIC = 0x9123683e;

/**
 * drivers/btrfs/btrfs.go Init. Nobody's btrfs driver works elsewhere than on btrfs; whether this CRI-O has one
 * is only seen in its words.
 */
function btrfs({ facts, request, model }: PredictionInput): Step {
  const type = facts.graphroot.fileSystem;
  if (type.state === 'unknown') return unsure(type.why);
  if (valueOf(type)?.type === BTRFS_SUPER_MAGIC) return pass;
  const home = goQuote(goJoin(request.graphroot, 'btrfs'));
  return model.btrfs
    ? fail('G8', `${home} is not on a btrfs filesystem: ${PREREQUISITES}`)
    : fail('G4', getDriverWords('btrfs', request), false);
}

/** drivers/driver.go GetDriver */
const getDriverWords = (driver: string, { graphroot }: StoreRequest): string =>
  `failed to GetDriver graph ${driver} ${graphroot}: ${NOT_SUPPORTED}`;
