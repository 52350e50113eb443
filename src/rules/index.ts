import type { DocumentedRule, Rule } from './rule.js';
import { guardConfigurationBroken } from './guard/cg003-guard-configuration-broken.js';
import { crioDisagrees } from './guard/cg004-crio-disagrees.js';
import { crioNotSupported } from './guard/cg005-crio-not-supported.js';
import { configurationUnknown } from './guard/cg006-configuration-unknown.js';
import { correctionInterrupted } from './guard/cg008-correction-interrupted.js';
import { correctionWithdrawn } from './guard/cg009-correction-withdrawn.js';
import { crioNotInstalled } from './guard/cg010-crio-not-installed.js';
import { crioUnderAnotherUnit } from './guard/cg011-crio-under-another-unit.js';
import { strayFileWins } from './configuration/cg101-stray-file-wins.js';
import { strayFileStops } from './configuration/cg102-stray-file-stops.js';
import { configurationRefused } from './configuration/cg103-configuration-refused.js';
import { rootsMissing } from './configuration/cg104-roots-missing.js';
import { twoSpellings } from './configuration/cg105-two-spellings.js';
import { unknownStorageKey } from './configuration/cg106-unknown-storage-key.js';
import { storageInContainersConf } from './configuration/cg107-storage-in-containers-conf.js';
import { relativeRoot } from './configuration/cg108-relative-root.js';
import { ignoredEnvironment } from './configuration/cg109-ignored-environment.js';
import { optionsNotCleared } from './configuration/cg110-options-not-cleared.js';
import { optionsOfAnotherDriver } from './configuration/cg111-options-of-another-driver.js';
import { storageConfOverridden } from './configuration/cg112-storage-conf-overridden.js';
import { flagRefused } from './configuration/cg113-flag-refused.js';
import { optionSplit } from './configuration/cg114-option-split.js';
import { misplacedKey } from './configuration/cg115-misplaced-key.js';
import { repeatedArray } from './configuration/cg116-repeated-array.js';
import { storageConfPassedOver } from './configuration/cg117-storage-conf-passed-over.js';
import { storageSettingsUnread } from './configuration/cg118-storage-settings-unread.js';
import { graphrootIsMountpoint } from './refusals/cg201-graphroot-is-mountpoint.js';
import { graphrootNotOnZfs } from './refusals/cg202-graphroot-not-on-zfs.js';
import { coveredByOtherFileSystem } from './refusals/cg203-covered-by-other-file-system.js';
import { zfsCommandMissing } from './refusals/cg204-zfs-command-missing.js';
import { zfsModuleMissing } from './refusals/cg205-zfs-module-missing.js';
import { unknownOption } from './refusals/cg206-unknown-option.js';
import { fsnameNamesNothing } from './refusals/cg207-fsname-names-nothing.js';
import { optionWithoutValue } from './refusals/cg208-option-without-value.js';
import { directoryCannotBeMade } from './refusals/cg209-directory-cannot-be-made.js';
import { lockCannotBeOpened } from './refusals/cg210-lock-cannot-be-opened.js';
import { driverCannotBeUsed } from './refusals/cg211-driver-cannot-be-used.js';
import { severalPriorDrivers } from './refusals/cg212-several-prior-drivers.js';
import { priorDriverFails } from './refusals/cg213-prior-driver-fails.js';
import { brokenStoreFile } from './refusals/cg214-broken-store-file.js';
import { overlayOnOldZfs } from './refusals/cg215-overlay-on-old-zfs.js';
import { zfsOptionsForOtherDriver } from './refusals/cg216-zfs-options-for-other-driver.js';
import { noRoots } from './refusals/cg217-no-roots.js';
import { zfsOutputNotUnderstood } from './refusals/cg218-zfs-output-not-understood.js';
import { datasetNotMounted } from './mounts/cg301-dataset-not-mounted.js';
import { mountpointNotEmpty } from './mounts/cg302-mountpoint-not-empty.js';
import { keyNotLoaded } from './mounts/cg303-key-not-loaded.js';
import { canmountOff } from './mounts/cg304-canmount-off.js';
import { legacyMountedNowhere } from './mounts/cg305-legacy-mounted-nowhere.js';
import { poolNotImported } from './mounts/cg306-pool-not-imported.js';
import { poolDoesNotWork } from './mounts/cg307-pool-does-not-work.js';
import { poolDegraded } from './mounts/cg308-pool-degraded.js';
import { versionsDiffer } from './mounts/cg309-versions-differ.js';
import { notOrderedAfterMount } from './mounts/cg310-not-ordered-after-mount.js';
import { slowMountsInStatLoop } from './mounts/cg311-slow-mounts-in-stat-loop.js';
import { layersGoAstray } from './landing/cg401-layers-go-astray.js';
import { layersInRootDataset } from './landing/cg402-layers-in-root-dataset.js';
import { recordsAndLayersApart } from './landing/cg403-records-and-layers-apart.js';
import { stackedDatasets } from './landing/cg404-stacked-datasets.js';
import { datasetHidden } from './landing/cg405-dataset-hidden.js';
import { twoEngines } from './landing/cg406-two-engines.js';
import { fsnameKeyNotLoaded } from './landing/cg407-fsname-key-not-loaded.js';
import { bindMount } from './landing/cg409-bind-mount.js';
import { noautoNotMounted } from './landing/cg410-noauto-not-mounted.js';
import { canmountOffAtGraphroot } from './landing/cg411-canmount-off-at-graphroot.js';
import { layersReadonly } from './hazards/cg501-layers-readonly.js';
import { littleSpace } from './hazards/cg502-little-space.js';
import { lostAttributes } from './hazards/cg503-lost-attributes.js';
import { snapshotsOfLayers } from './hazards/cg504-snapshots-of-layers.js';
import { runrootNotInMemory } from './hazards/cg505-runroot-not-in-memory.js';
import { graphrootInMemory } from './hazards/cg506-graphroot-in-memory.js';
import { symlinkedGraphroot } from './hazards/cg507-symlinked-graphroot.js';
import { wipeEmptiesMountpoint } from './hazards/cg508-wipe-empties-mountpoint.js';
import { manyDatasets } from './hazards/cg509-many-datasets.js';
import { selinuxLabel } from './hazards/cg510-selinux-label.js';
import { flagsThatDoNotReach } from './hazards/cg511-flags-that-do-not-reach.js';
import { kubeletWithoutZfs } from './hazards/cg512-kubelet-without-zfs.js';
import { stateFilesInGraphroot } from './hazards/cg513-state-files-in-graphroot.js';
import { datasetNameTooLong } from './hazards/cg514-dataset-name-too-long.js';
import { anotherDriver } from './store/cg601-another-driver.js';
import { wipeOfAMountpoint } from './store/cg602-wipe-of-a-mountpoint.js';
import { neighboursUnmounted } from './store/cg603-neighbours-unmounted.js';
import { layersOutOfStep } from './store/cg604-layers-out-of-step.js';
import { leakedMounts } from './store/cg605-leaked-mounts.js';
import { bootEnvironmentRollback } from './store/cg606-boot-environment-rollback.js';
import { brokenLayerList } from './store/cg607-broken-layer-list.js';

/** Every rule by its code. A code is never reused. */
export const ruleByCode = {
  CG003: guardConfigurationBroken,
  CG004: crioDisagrees,
  CG005: crioNotSupported,
  CG006: configurationUnknown,
  CG008: correctionInterrupted,
  CG009: correctionWithdrawn,
  CG010: crioNotInstalled,
  CG011: crioUnderAnotherUnit,
  CG101: strayFileWins,
  CG102: strayFileStops,
  CG103: configurationRefused,
  CG104: rootsMissing,
  CG105: twoSpellings,
  CG106: unknownStorageKey,
  CG107: storageInContainersConf,
  CG108: relativeRoot,
  CG109: ignoredEnvironment,
  CG110: optionsNotCleared,
  CG111: optionsOfAnotherDriver,
  CG112: storageConfOverridden,
  CG113: flagRefused,
  CG114: optionSplit,
  CG115: misplacedKey,
  CG116: repeatedArray,
  CG117: storageConfPassedOver,
  CG118: storageSettingsUnread,
  CG201: graphrootIsMountpoint,
  CG202: graphrootNotOnZfs,
  CG203: coveredByOtherFileSystem,
  CG204: zfsCommandMissing,
  CG205: zfsModuleMissing,
  CG206: unknownOption,
  CG207: fsnameNamesNothing,
  CG208: optionWithoutValue,
  CG209: directoryCannotBeMade,
  CG210: lockCannotBeOpened,
  CG211: driverCannotBeUsed,
  CG212: severalPriorDrivers,
  CG213: priorDriverFails,
  CG214: brokenStoreFile,
  CG215: overlayOnOldZfs,
  CG216: zfsOptionsForOtherDriver,
  CG217: noRoots,
  CG218: zfsOutputNotUnderstood,
  CG301: datasetNotMounted,
  CG302: mountpointNotEmpty,
  CG303: keyNotLoaded,
  CG304: canmountOff,
  CG305: legacyMountedNowhere,
  CG306: poolNotImported,
  CG307: poolDoesNotWork,
  CG308: poolDegraded,
  CG309: versionsDiffer,
  CG310: notOrderedAfterMount,
  CG311: slowMountsInStatLoop,
  CG401: layersGoAstray,
  CG402: layersInRootDataset,
  CG403: recordsAndLayersApart,
  CG404: stackedDatasets,
  CG405: datasetHidden,
  CG406: twoEngines,
  CG407: fsnameKeyNotLoaded,
  CG409: bindMount,
  CG410: noautoNotMounted,
  CG411: canmountOffAtGraphroot,
  CG501: layersReadonly,
  CG502: littleSpace,
  CG503: lostAttributes,
  CG504: snapshotsOfLayers,
  CG505: runrootNotInMemory,
  CG506: graphrootInMemory,
  CG507: symlinkedGraphroot,
  CG508: wipeEmptiesMountpoint,
  CG509: manyDatasets,
  CG510: selinuxLabel,
  CG511: flagsThatDoNotReach,
  CG512: kubeletWithoutZfs,
  CG513: stateFilesInGraphroot,
  CG514: datasetNameTooLong,
  CG601: anotherDriver,
  CG602: wipeOfAMountpoint,
  CG603: neighboursUnmounted,
  CG604: layersOutOfStep,
  CG605: leakedMounts,
  CG606: bootEnvironmentRollback,
  CG607: brokenLayerList,
};

type RuleData<R> = R extends DocumentedRule<infer Data> ? Data : never;

/** The data of a finding by the code of its rule. */
export type DataByCode = { readonly [Code in keyof typeof ruleByCode]: RuleData<(typeof ruleByCode)[Code]> };

/** Every rule with its texts, in the order of the codes. */
export const documentedRules: readonly DocumentedRule[] = Object.values(ruleByCode);

/** The same for checks, which must do without the texts. */
export const rules: readonly Rule[] = documentedRules;
