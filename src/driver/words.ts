import { ZFS_SUPER_MAGIC } from '../host/host.js';
import { goJoin } from '../host/paths.js';
import { valueOf } from '../host/probe.js';
import { GO_ZFS_COLUMNS } from '../facts/zfs/fsname-listing.js';
import { goQuote } from '../text/go-text.js';
import type { OptionCause, StoreCause, ValueProblem } from './cause.js';
import { driverRoot } from './driver-root.js';
import { parseOption } from './options.js';
import type { PredictionInput } from './prediction-input.js';

const NOT_SUPPORTED = 'driver not supported';
const INCOMPATIBLE = 'backing file system is unsupported for this graph driver';
const PREREQUISITES = 'prerequisites for driver not satisfied (wrong filesystem?)';

/** The message of containers/storage for a cause, without any prefix. */
export function wordsOf(cause: StoreCause, input: PredictionInput): string {
  const { request, model, facts } = input;
  const { graphroot } = request;
  const home = driverRoot(input).path;
  switch (cause.kind) {
    case 'roots-empty':
      return 'no storage runroot or graphroot specified: missing necessary StoreOptions';
    case 'directory-not-made':
      return `mkdir ${cause.path}: ${cause.reason}`;
    case 'lock-not-opened': {
      const open = `open ${cause.path}: `;
      return `${model.doublesLockError ? open : ''}${open}${cause.reason}`;
    }
    case 'several-prior-drivers':
      return (
        `${graphroot} contains several valid graphdrivers: ${cause.drivers.join(', ')}; ` +
        'Please cleanup or explicitly choose storage driver (-s <DRIVER>)'
      );
    case 'prior-driver':
      return wordsOf(cause.cause, input);
    case 'no-driver-works':
      return 'no supported storage backend found';
    case 'store-file-unreadable':
      return `${cause.reason === 'is a directory' ? 'read' : 'open'} ${cause.path}: ${cause.reason}`;
    case 'store-file-broken':
      // The words of the JSON parser follow; they are not predicted.
      return `loading ${goQuote(cause.path)}:`;
    case 'driver-unknown':
      return `failed to GetDriver graph ${cause.driver} ${graphroot}: ${NOT_SUPPORTED}`;
    case 'driver-not-in-kernel':
      return `kernel does not support ${cause.driver}: ${NOT_SUPPORTED}`;
    case 'graphroot-not-on-btrfs':
      return `${goQuote(goJoin(graphroot, 'btrfs'))} is not on a btrfs filesystem: ${PREREQUISITES}`;
    case 'overlay-not-supported':
      return overlayWords(cause.because, cause.fileSystem, input);
    case 'zfs-command-missing':
      return `the 'zfs' command is not available: ${PREREQUISITES}`;
    case 'zfs-device-missing':
      return `could not open /dev/zfs: ${cause.reason}: ${PREREQUISITES}`;
    case 'parent-not-zfs':
      return `no zfs dataset found for rootdir '${home}': ${PREREQUISITES}`;
    case 'graphroot-not-in-mounts':
      return `failed to find zfs dataset mounted on '${home}' in /proc/mounts`;
    case 'dataset-refused': {
      const { dataset, exitCode, answer } = cause;
      const program = `${valueOf(facts.zfs.command) ?? 'zfs'}${model.oldGoZfs ? ' fs' : ''}`;
      const line = goQuote(`${program} list -rHp -t filesystem -o ${GO_ZFS_COLUMNS} ${dataset}`);
      return `cannot find root filesystem ${dataset}: exit status ${exitCode}: ${line} => ${answer}`;
    }
    case 'dataset-not-listed':
      return `zfs get all -t filesystem -rHp '${cause.dataset}' should contain '${cause.dataset}'`;
    case 'zfs-list-not-understood':
      return `cannot find root filesystem ${cause.dataset}: output does not match what is expected on this platform`;
    case 'driver-directory-not-made':
      return `failed to create '${goJoin(home, 'zfs')}': ${wordsOf(cause.cause, input)}`;
    default:
      return optionWords(cause, input);
  }
}

/** Whether {@link wordsOf} is the whole message; a random name or the order of a Go map is not predicted. */
export function areExact(cause: StoreCause, input: PredictionInput): boolean {
  switch (cause.kind) {
    case 'lock-not-opened':
      // openLock retries until its stack is full.
      return cause.reason !== 'no such file or directory';
    case 'several-prior-drivers':
    case 'store-file-broken':
      return false;
    case 'dataset-not-listed':
      // What zfs says to an option that it does not have is its own.
      return !cause.dataset.startsWith('-') || /^-[rHp]+$/.test(cause.dataset);
    case 'prior-driver':
      return areExact(cause.cause, input);
    case 'driver-unknown':
      // Whether this CRI-O has the btrfs driver is not known.
      return cause.driver !== 'btrfs';
    case 'overlay-not-supported':
      return cause.because !== 'old-zfs' || input.model.overlayRefusal !== 'whiteout';
    default:
      return true;
  }
}

function overlayWords(
  because: 'overlayfs' | 'path' | 'old-zfs',
  fileSystem: number | undefined,
  { model, request }: PredictionInput,
): string {
  if (model.overlayRefusal === 'fuse-overlayfs') {
    return `native overlay not supported and fuse-overlayfs not found: ${INCOMPATIBLE}`;
  }
  if (because === 'overlayfs') {
    return `'overlay' is not supported over overlayfs, a mount_program is required: ${INCOMPATIBLE}`;
  }
  const home = goJoin(request.graphroot, 'overlay');
  return because === 'path'
    ? `kernel does not support overlay fs: 'overlay' is not supported over ${fileSystemName(fileSystem)} at ${goQuote(home)}: ${INCOMPATIBLE}`
    : `kernel does not support overlay fs: kernel returned unlinkat ${request.graphroot}/overlay/compat*` +
        `/merged/subdir: invalid argument when we tried to delete an item in the merged directory: ${NOT_SUPPORTED}`;
}

function optionWords(cause: OptionCause, { model }: PredictionInput): string {
  const { driver, option } = cause;
  switch (cause.kind) {
    case 'option-without-value':
      return `unable to parse key/value option: ${option}`;
    case 'option-of-unknown-driver':
      return `unknown driver ${goQuote(cause.prefix)} in option ${goQuote(option)}`;
    case 'mount-options-not-supported':
      return `${driver} driver does not support mount options`;
    case 'unknown-option': {
      const { key, written } = parseOption(option) ?? { key: option, written: option };
      if (model.quotesUnknownOption) return `unknown option ${goQuote(cause.name)} (${goQuote(option)})`;
      if (driver === 'vfs') return `vfs driver does not support ${key} options`;
      if (driver === 'zfs') return `unknown option ${key}`;
      return `overlay: ${model.lowerCaseOverlay ? 'unknown' : 'Unknown'} option ${written}`;
    }
    case 'invalid-option-value':
      return valueWords(cause.problem);
    case 'mount-program-missing': {
      const { program } = cause;
      return `overlay: can't stat program ${goQuote(program)}: faccessat ${program}: no such file or directory`;
    }
    case 'additional-store-refused':
      return additionalStoreWords(cause);
    case 'composefs-helper-missing':
      return 'composefs helper program not found: exec: "mkcomposefs": executable file not found in $PATH';
    case 'limits-need-xfs':
      return `storage option overlay.size and overlay.inodes only supported for backingFS XFS. Found ${fileSystemName(cause.fileSystem)}`;
  }
}

function additionalStoreWords({
  store,
  path,
  problem,
}: Extract<OptionCause, { kind: 'additional-store-refused' }>): string {
  const named = `${store === 'image' ? 'image path' : 'additionallayerstore path'} ${goQuote(path)}`;
  switch (problem) {
    case 'relative':
      return `overlay: ${named} is not absolute.  Can not be relative`;
    case 'not a directory':
      return `overlay: ${named} must be a directory`;
    case 'missing': {
      const directory = store === 'image' ? `imageStore dir ${path}` : 'additionallayerstore dir';
      return `overlay: can't stat ${directory}: stat ${path}: no such file or directory`;
    }
  }
}

function valueWords(problem: ValueProblem): string {
  return problem.kind === 'syntax'
    ? `strconv.${problem.parser}: parsing ${goQuote(problem.text)}: invalid syntax`
    : `invalid ${problem.kind}: '${problem.text}'`;
}

/** drivers.FsNames, as far as a store may be there. */
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
