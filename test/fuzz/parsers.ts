import { checkHost } from '../../src/check/check-host.js';
import { DEFAULT_GUARD_CONFIGURATION } from '../../src/config/guard-configuration.js';
import { readGuardConfiguration } from '../../src/config/guard-config.js';
import { parseCrioConfigOutput } from '../../src/config/installed-crio/crio-config-output.js';
import { parseCrioRefusal } from '../../src/config/installed-crio/crio-refusal.js';
import { parseCrioVersion } from '../../src/config/installed-crio/crio-version.js';
import { parseEnvironmentFile } from '../../src/config/service/environment-file.js';
import { parseCommandLine } from '../../src/config/service/flags.js';
import { parseQuotedWords, splitWords } from '../../src/config/service/unit-words.js';
import { parseBusCommand, parseUnit } from '../../src/config/service/unit.js';
import { FrameReader } from '../../src/bus/frames.js';
import { parseReport } from '../../src/bus/published-state.js';
import { revertedOf } from '../../src/bus/reverted.js';
import { parseOption } from '../../src/driver/options.js';
import { parseDockerStore } from '../../src/facts/node/docker.js';
import { environmentPath } from '../../src/facts/node/kubelet.js';
import { parseSanoid } from '../../src/facts/node/snapshot-tools.js';
import { parseContainers, parseImages, parseLayers } from '../../src/facts/store/store-list.js';
import { parseCachedPools } from '../../src/facts/zfs/boot-plans.js';
import { parseDatasets } from '../../src/facts/zfs/datasets.js';
import { bootEnvironment } from '../../src/facts/zfs/intended.js';
import { parseFstab, parseListCache } from '../../src/facts/zfs/planned-mounts.js';
import { parseLedger } from '../../src/fix/ledger-format.js';
import { parseMountInfo } from '../../src/host/mountinfo.js';
import { parseRecording } from '../../src/host/recorded/recording.js';
import { parseLastReport } from '../../src/report/journal/restart-loop.js';
import { parseRecord } from '../../src/text/json-record.js';
import { TOML_1_6 } from '../../src/toml/dialect.js';
import { parseToml } from '../../src/toml/toml.js';
import type { ExampleMachine } from '../../src/rules/rule.js';
import { TOML_1_3 } from '../toml/dialects.js';
import { machineHost } from '../rules/machine.js';

/** What a parser makes of bytes does not matter here: it must end soon, and throw nothing. */
export type Parser = (bytes: Buffer) => unknown;

/** A whole check of the healthy node with this file in its place. */
const checkWith =
  (path: string, machine: ExampleMachine = {}): Parser =>
  (bytes) =>
    checkHost(machineHost({ ...machine, files: { [path]: bytes.toString() } }), {
      inherited: false,
      crioFlags: undefined,
      crioVersion: parseCrioVersion('crio version 1.36.3'),
      deep: false,
      configuration: { ...DEFAULT_GUARD_CONFIGURATION, mode: 'check' },
      guard: { problems: [] },
    });

const NO_ENVIRONMENT = new Map<string, string>();

/** Every parser of the program, by the name of what it reads. */
export const PARSERS: Readonly<Record<string, Parser>> = {
  '/proc/self/mountinfo': parseMountInfo,
  'zfs list': (bytes) => parseDatasets({ exitCode: 0, stdout: bytes.toString(), stderr: '' }),
  'zpool.cache': parseCachedPools,
  fstab: parseFstab,
  'zfs-list.cache': (bytes) => parseListCache(bytes, '/cache'),
  'boot environment': (bytes) => bootEnvironment(bytes.toString()),
  'kubelet.service': (bytes) => environmentPath(bytes.toString()),
  'sanoid.conf': (bytes) => parseSanoid(bytes.toString()),
  'daemon.json': parseDockerStore,
  'images.json': (bytes) => parseImages(bytes, '/images.json'),
  'containers.json': (bytes) => parseContainers(bytes, '/containers.json'),
  'layers.json': (bytes) => parseLayers(bytes, '/layers.json'),
  'TOML 1.0': (bytes) => parseToml(bytes, TOML_1_3),
  'TOML 1.1': (bytes) => parseToml(bytes, TOML_1_6),
  'systemctl show': (bytes) => parseUnit(bytes.toString()),
  'ExecStart of busctl': (bytes) => parseBusCommand(bytes.toString()),
  'words of a unit': (bytes) => [splitWords(bytes.toString()), parseQuotedWords(bytes.toString())],
  'environment file': (bytes) => parseEnvironmentFile(bytes.toString()),
  'flags of CRI-O': (bytes) => parseCommandLine(bytes.toString().split('\n'), NO_ENVIRONMENT),
  'options of the driver': (bytes) => bytes.toString().split('\n').map(parseOption),
  'crio --version': (bytes) => parseCrioVersion(bytes.toString()),
  'crio config': (bytes) => parseCrioConfigOutput(bytes.toString()),
  'refusal of crio config': (bytes) => parseCrioRefusal(bytes.toString()),
  ledger: (bytes) => parseLedger(parseRecord(bytes.toString())),
  'last report': (bytes) => parseLastReport(bytes.toString()),
  'report on the bus': (bytes) => parseReport(bytes.toString()),
  'output of --revert': (bytes) => revertedOf(bytes.toString()),
  'messages on the bus': (bytes) => [...new FrameReader().read(bytes)],
  recording: (bytes) => parseRecording(bytes.toString()),
  'crio-guard.conf': (bytes) =>
    readGuardConfiguration(
      machineHost({ files: { '/etc/crio-guard/crio-guard.conf': bytes.toString() } }),
      [],
    ),
  'a check with this storage.conf': checkWith('/etc/containers/storage.conf'),
  'a check with this drop-in': checkWith('/etc/crio/crio.conf.d/10-fuzz.conf'),
  'a check with this crio.service': checkWith('/etc/systemd/system/crio.service'),
  'a check with this environment file': checkWith('/etc/default/crio'),
};
