/**
 * Everything that differs between the supported versions of CRI-O, and the only place that says so. A row holds
 * `from` a release on, or `until` one that no longer does it; a change that was backported names one release
 * per branch. "M" in a source: both sides were run; "R": read in the source at the tag.
 */
interface Row {
  readonly from?: readonly string[];
  readonly until?: readonly string[];
  /** Where it was seen: what is vendored, file or function. */
  readonly source: string;
}

const ROWS = {
  // storage.conf and crio.conf
  fillsRoots: { from: ['1.34.0'], source: 'M storage 1.59.1 types/options.go loadStoreOptionsFromConfFile' },
  namedStorageConfFillsRoots: {
    until: ['1.30.0'],
    source: "M podman's package init, SetDefaultConfigFilePath",
  },
  prefixesDefaultsError: { from: ['1.30.0'], source: 'M internal/criocli GetFlagsAndMetadata' },
  wrapsMergeErrors: {
    from: ['1.31.0'],
    source: 'M internal/criocli, pkg/config UpdateFromFile, UpdateFromPath',
  },
  readsContainersConf: { until: ['1.30.0'], source: "M podman's package init, containers/common config.New" },
  idMappings: {
    until: ['1.31.0'],
    source: 'M types/options.go ReloadConfigurationFile: remap-user, remap-uids',
  },
  thinpoolTable: { until: ['1.31.0'], source: 'M pkg/config/config.go ThinpoolOptionsConfig' },
  aufsTable: { until: ['1.35.0'], source: 'M pkg/config/config.go AufsOptionsConfig' },
  composefs: { from: ['1.31.0'], source: 'M pkg/config/config.go OverlayOptionsConfig.UseComposefs' },
  artifactStores: { from: ['1.35.2'], source: 'R pkg/config AdditionalArtifactStores' },
  seenIn131: {
    from: ['1.31.0'],
    source: 'M 1.31.2; the tag that brought these fields of crio.conf was not looked up',
  },
  seenIn136: {
    from: ['1.36.0'],
    source: 'M 1.36.3; the tag that brought these fields of crio.conf was not looked up',
  },
  moreFlags: { from: ['1.33.0'], source: 'their flags were read in the completions, which may omit some' },
  // BurntSushi/toml
  toml11: { from: ['1.35.1'], source: 'M toml 1.6.0 lex.go; before, only with BURNTSUSHI_TOML_110' },
  toml11BareKeys: {
    until: ['1.33.0'],
    source: 'M toml 1.4.0 lex.go isBareKeyChar, with BURNTSUSHI_TOML_110',
  },
  arraysMayRepeat: { until: ['1.35.1'], source: 'M toml 1.5.0 parse.go setValue' },
  acceptsReplacementCharacter: { from: ['1.31.0'], source: 'M toml 1.4.0 lex.go next' },
  oneDigitHours: { until: ['1.31.0'], source: 'M toml 1.3.2 parse.go valueDatetime' },
  countsLineOfNewline: { from: ['1.33.0'], source: 'M toml 1.5.0 lex.go errorf, errorPrevLine' },
  spellsHexadecimal: { from: ['1.33.0'], source: 'M toml 1.5.0 lex.go' },
  saysAny: { from: ['1.31.0'], source: 'M toml 1.4.0 decode.go; before, interface {}' },
  saysInvalidDatetime: { from: ['1.31.0'], source: 'M toml 1.4.0 parse.go; before, Invalid TOML Datetime' },
  // the store and its drivers
  driverInImagestore: {
    until: ['1.31.0'],
    source: 'M store.go createGraphDriverLocked: Root is the image store',
  },
  imagesInGraphrootToo: { from: ['1.31.0'], source: 'M store.go load: zfs-images in both stores' },
  aufsDriver: { until: ['1.35.0'], source: 'M drivers/register/register_aufs.go' },
  lowerCaseOverlay: { from: ['1.32.0'], source: 'M drivers/overlay/overlay.go parseOptions' },
  doublesLockError: { from: ['1.34.0'], source: 'M pkg/lockfile openLock' },
  storage162: { from: [], source: 'M containers-storage 1.64.0; no CRI-O vendors it yet (internal/driver)' },
  // CRI-O's own steps around the store
  artifactsDirectory: { from: ['1.35.0'], source: 'M server.New, internal/ociartifact' },
  wipeMarker: {
    from: ['1.30.13', '1.31.8', '1.32.3', '1.33.0'],
    source: 'M cmd/crio/wipe.go: /run/crio/crio-wipe-done, doubled prefix of its error',
  },
  unmountsBeforeWipe: { from: ['1.30.5', '1.31.0'], source: 'M internal/lib RemoveStorageDirectory' },
  quickRepair: { from: ['1.30.5', '1.31.0'], source: 'R internal/lib: quick check, repair only on errors' },
  repairsByDefault: { from: ['1.31.0'], source: 'M pkg/config internal_repair' },
  cleanAfterFailedShutdown: { from: ['1.34.0'], source: 'M ContainerServer.Shutdown, called twice' },
  watchdog: { from: ['1.32.0'], source: 'R contrib/systemd/crio.service WatchdogSec=60s' },
} satisfies Record<string, Row>;

export type BehaviourName = keyof typeof ROWS;

/** What one version does, by the name of the row. */
export type Behaviour = Readonly<Record<BehaviourName, boolean>>;

export const BEHAVIOUR_NAMES = Object.keys(ROWS).filter(isBehaviourName);

export function isBehaviourName(name: string): name is BehaviourName {
  return Object.hasOwn(ROWS, name);
}

/** Where a difference was seen, and its thresholds, for those who have to change the row. */
export function describeRow(name: BehaviourName): string {
  const { source, ...row }: Row = ROWS[name];
  const bounds =
    row.from === undefined ? `until ${(row.until ?? []).join(', ')}` : `from ${row.from.join(', ')}`;
  return `${name}: ${bounds} (${source})`;
}

export function behaviourOf(minor: number, patch: number): Behaviour {
  const holds = (name: BehaviourName): boolean => {
    const row: Row = ROWS[name];
    return row.from === undefined ? !reached(row.until ?? [], minor, patch) : reached(row.from, minor, patch);
  };
  // Object.fromEntries does not keep the names in its type; every name is there.
  return Object.fromEntries(BEHAVIOUR_NAMES.map((name) => [name, holds(name)])) as unknown as Behaviour;
}

/** Whether 1.minor.patch has a change: its own branch decides where it is named, else the newest before it. */
function reached(releases: readonly string[], minor: number, patch: number): boolean {
  let found = false;
  for (const release of releases) {
    const [, branch = 0, bound = 0] = release.split('.').map(Number);
    if (branch < minor) found = true;
    if (branch === minor) return patch >= bound;
  }
  return found;
}
