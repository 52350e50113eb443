import type { Origin } from '../../../src/config/origin.js';
import type { NoteKind } from '../../../src/config/notes.js';
import type { FailureCause } from '../../../src/driver/cause.js';
import type { Action } from '../../../src/fix/actions.js';
import type { FailureKind } from '../../../src/host/probe.js';
import type { TreeMark } from '../../../src/check/storage-tree.js';

/** The compiler refuses a list without one of the kinds, or with one that there is not. */
const every = <Kind extends string>(kinds: Readonly<Record<Kind, true>>): readonly string[] =>
  Object.keys(kinds).sort();

export const ORIGINS = every<Origin['kind']>({
  file: true,
  flag: true,
  environment: true,
  crio: true,
  'built-in': true,
});

export const ACTIONS = every<Action['kind']>({
  'make-directory': true,
  'write-file': true,
  'mount-dataset': true,
  'rename-directory': true,
  'load-key': true,
  'load-module': true,
});

export const FAILURES = every<FailureKind>({
  timeout: true,
  permission: true,
  failed: true,
  'too-large': true,
  unreadable: true,
  'not-recorded': true,
  depends: true,
  'not-asked': true,
});

export const MARKS = every<TreeMark>({
  'looked-at': true,
  graphroot: true,
  'to-be-made': true,
  metadata: true,
  layers: true,
  unmounted: true,
});

export const NOTES = every<NoteKind>({
  'accidental-drop-in': true,
  'dangling-drop-in': true,
  'symlinked-drop-in-directory': true,
  'storage-conf-without-roots': true,
  'two-spellings': true,
  'repeated-array': true,
  'unknown-storage-key': true,
  'misplaced-key': true,
  'storage-in-containers-conf': true,
  'relative-root': true,
  'ignored-environment': true,
  'options-cannot-be-cleared': true,
  'options-of-another-driver': true,
  'storage-conf-overridden': true,
  'driver-renamed': true,
  'driver-not-named': true,
  'split-option': true,
  'storage-conf-passed-over': true,
  'unsupported-version': true,
});

export const CAUSES = every<FailureCause['kind']>({
  'roots-missing': true,
  'storage-conf-broken': true,
  'storage-conf-missing': true,
  'storage-conf-is-directory': true,
  'imagestore-is-graphroot': true,
  'crio-conf-broken': true,
  'crio-conf-missing': true,
  'drop-in-broken': true,
  'drop-in-missing': true,
  'drop-in-is-directory': true,
  'flag-refused': true,
  unrelated: true,
  'roots-empty': true,
  'directory-not-made': true,
  'lock-not-opened': true,
  'several-prior-drivers': true,
  'prior-driver': true,
  'no-driver-works': true,
  'store-file-unreadable': true,
  'store-file-broken': true,
  'driver-unknown': true,
  'driver-not-in-kernel': true,
  'graphroot-not-on-btrfs': true,
  'overlay-not-supported': true,
  'zfs-command-missing': true,
  'zfs-device-missing': true,
  'parent-not-zfs': true,
  'graphroot-not-in-mounts': true,
  'dataset-refused': true,
  'dataset-not-listed': true,
  'zfs-list-not-understood': true,
  'driver-directory-not-made': true,
  'option-without-value': true,
  'mount-options-not-supported': true,
  'option-of-unknown-driver': true,
  'unknown-option': true,
  'invalid-option-value': true,
  'mount-program-missing': true,
  'additional-store-refused': true,
  'composefs-helper-missing': true,
  'limits-need-xfs': true,
});
