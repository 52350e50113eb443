import { ZFS_SUPER_MAGIC } from '../host/host.js';
import { valueOf } from '../host/probe.js';
import { parseOption } from './options.js';
import { fail, pass, unsure, type Step } from './prediction.js';
import type { Situation } from './situation.js';

const NOT_SUPPORTED = 'driver not supported';
const INCOMPATIBLE = 'backing file system is unsupported for this graph driver';

/** The drivers beside zfs, as far as ZFS has to do with whether they start. */
export function initialiseOther(situation: Situation, driver: string): Step {
  switch (situation.model.drivers.includes(driver) ? driver : '') {
    case 'overlay':
      return overlay(situation);
    case 'vfs':
      return vfs(situation);
    case 'aufs':
      return fail('G5', `kernel does not support aufs: ${NOT_SUPPORTED}`);
    case 'btrfs':
      return btrfs(situation);
    default:
      return fail(
        'G4',
        `failed to GetDriver graph ${driver} ${situation.request.graphroot}: ${NOT_SUPPORTED}`,
      );
  }
}

/** drivers/overlay/overlay.go Init: options, then whether the kernel's overlay works on this file system. */
function overlay(situation: Situation): Step {
  const { request, model, facts } = situation;
  for (const text of request.options) {
    const option = parseOption(text);
    if (option === undefined) return fail('Z3', `unable to parse key/value option: ${text}`);
    // The driver's own options are its affair; those of ZFS are never among them.
    if (!option.key.startsWith('zfs.') || model.ignoresOtherDrivers) continue;
    return fail('G10', `overlay: ${model.lowerCaseOverlay ? 'unknown' : 'Unknown'} option ${option.key}`);
  }
  const type = facts.graphroot.fileSystem;
  if (type.state === 'unknown') return unsure(type.why);
  if (valueOf(type)?.type !== ZFS_SUPER_MAGIC) return pass;
  if (request.options.some((text) => /\.mount_program=/.test(text))) return pass;
  const version = valueOf(facts.zfs.module)?.version;
  if (version === undefined || version === '') {
    return unsure({
      kind: 'depends',
      question: 'tell the version of OpenZFS',
      detail: 'the kernel does not say',
    });
  }
  return hasWhiteouts(version) ? pass : overlayRefusal(situation);
}

/** RENAME_WHITEOUT, without which an overlay cannot delete, came with OpenZFS 2.2. */
export function hasWhiteouts(version: string): boolean {
  const [major = 0, minor = 0] = version.split(/[.-]/).map(Number);
  return major > 2 || (major === 2 && minor >= 2);
}

function overlayRefusal({ model, request }: Situation): Step {
  switch (model.overlayRefusal) {
    case 'mount_program':
      return fail('G12', `'overlay' is not supported over zfs, a mount_program is required: ${INCOMPATIBLE}`);
    case 'fuse-overlayfs':
      return fail('G12', `native overlay not supported and fuse-overlayfs not found: ${INCOMPATIBLE}`, false);
    case 'whiteout':
      return fail(
        'G12',
        `kernel does not support overlay fs: kernel returned unlinkat ${request.graphroot}/overlay/compat*` +
          `/merged/subdir: invalid argument when we tried to delete an item in the merged directory: ${NOT_SUPPORTED}`,
        false,
      );
  }
}

/** drivers/vfs/driver.go Init */
function vfs({ request, model }: Situation): Step {
  for (const text of request.options) {
    const option = parseOption(text);
    if (option === undefined) return fail('Z3', `unable to parse key/value option: ${text}`);
    if (option.key.startsWith('vfs.') || option.key.startsWith('.')) {
      if (option.key.endsWith('.mountopt')) return fail('G11', 'vfs driver does not support mount options');
      continue;
    }
    if (option.key.startsWith('zfs.') && !model.ignoresOtherDrivers) {
      return fail('G11', `vfs driver does not support ${option.key} options`);
    }
  }
  return pass;
}

const BTRFS_SUPER_MAGIC = 0x9123683e;

function btrfs({ facts }: Situation): Step {
  const type = facts.graphroot.fileSystem;
  if (type.state === 'unknown') return unsure(type.why);
  return valueOf(type)?.type === BTRFS_SUPER_MAGIC
    ? pass
    : fail('G8', 'prerequisites for driver not satisfied (wrong filesystem?)', false);
}
