import { describeOrigin, type Origin } from '../../config/origin.js';
import { innerCause } from '../../driver/cause.js';
import { defineRule, finding, passed, type Diagnosis } from '../rule.js';
import { stringSetting, unitDropInCommand, unitSetting } from '../shared/setting.js';
import { notesOfKind } from './notes-of-kind.js';
import { command, fileLine, sentence, type AdviceLine } from '../../text/advice-line.js';

export const optionsOfAnotherDriver = defineRule<{
  readonly driver: string;
  readonly driverFrom: string;
  readonly options: readonly string[];
  readonly optionsFrom: readonly string[];
  /** Where the options are set decides what can be done about them. */
  readonly owner: 'storage.conf' | 'crio.conf' | 'flag or variable';
  /** The options that the driver takes; empty when one holds a comma, at which the variable would split it. */
  readonly kept: readonly string[];
  readonly words: string;
}>({
  code: 'CG111',
  slug: 'options-of-another-driver',
  severity: 'error',
  certainty: 'exact',
  title: 'storage.conf sets options for a driver other than the selected one',
  explanation: [
    'containers/storage reads the options in storage.conf for the driver that this file names. When ' +
      'crio.conf, a drop-in or a flag selects another driver, these options stay in the list, and the ' +
      'selected driver refuses them: "unknown option overlay.mountopt".',
    'Distributions ship a storage.conf with driver = "overlay" and [storage.options.overlay] mountopt = ' +
      '"nodev", so a drop-in with storage_driver = "zfs" is enough to trigger the failure. CRI-O up to ' +
      '1.37 refuses the options (parseOptions in drivers/zfs/zfs.go). containers/storage 1.62 and later ignore ' +
      'them.',
  ],
  remedy: [
    'Set the same driver in storage.conf: driver = "zfs". If Podman on the same host needs another ' +
      'driver, give CRI-O its own storage.conf with CONTAINERS_STORAGE_CONF.',
    'Or remove the options of the other driver from storage.conf.',
  ],
  references: [
    'https://github.com/kubernetes-sigs/kubespray/issues/9898',
    'https://github.com/containers/podman/issues/17465',
    'containers-storage.conf(5)',
  ],
  messageId: 'f1dff0c295698d831bc2e3368f0d8da3',
  since: '0.1.0',
  check: (diagnosis) => {
    const { prediction } = diagnosis;
    const [note] = notesOfKind(diagnosis, 'options-of-another-driver');
    if (note === undefined || prediction.outcome !== 'fails') return passed;
    const { words } = prediction;
    const cause = innerCause(prediction.cause);
    const elsewhere = note.options.filter(
      ({ origin }) => placeName(origin) !== placeName(note.driver.origin),
    );
    // Another refusal may come first, or this version takes the options.
    const isRefused = 'option' in cause && elsewhere.some(({ value }) => value === cause.option);
    if (!isRefused) return passed;
    return finding({
      driver: note.driver.value,
      driverFrom: describeOrigin(note.driver.origin),
      options: elsewhere.map(({ value }) => value),
      owner: ownerOf(elsewhere.map(({ origin }) => origin)),
      kept: keptOptions(
        diagnosis,
        elsewhere.map(({ value }) => value),
      ),
      optionsFrom: [...new Set(elsewhere.map(({ origin }) => describeOrigin(origin)))],
      words,
    });
  },
  message: ({ driver, options, owner, optionsFrom }) =>
    owner === 'storage.conf'
      ? `The ${driver} driver refuses ${options.join(', ')}: storage.conf sets this for another driver.`
      : `The ${driver} driver refuses ${options.join(', ')}, which ${optionsFrom.join(', ')} sets for another driver.`,
  advice: ({ driver, driverFrom, options, optionsFrom, owner, kept }) => [
    sentence(
      `The driver is set by ${driverFrom}, ${options.length === 1 ? 'the option' : 'the options'} by ${optionsFrom.join(', ')}.`,
    ),
    ...(owner === 'storage.conf' ? sameDriver(driver) : withoutOptions(options, owner, kept)),
    command('systemctl restart crio.service'),
  ],
  examples: {
    fail: [
      {
        driver: 'overlay',
        files: {
          '/etc/containers/storage.conf':
            '[storage]\ndriver = "overlay"\nrunroot = "/run/crio"\ngraphroot = ' +
            '"/var/lib/crio/containers"\n[storage.options.overlay]\nmountopt = "nodev"\n',
          '/etc/crio/crio.conf.d/10-storage.conf': '[crio]\nstorage_driver = "zfs"\n',
        },
      },
      // kata-deploy on a node with ZFS: another program writes the option.
      {
        fsname: 'tank/crio',
        files: {
          '/etc/containers/storage.conf':
            '[storage]\ndriver = "zfs"\nrunroot = "/run/crio"\ngraphroot = ' +
            '"/var/lib/crio/containers"\n[storage.options.zfs]\nfsname = "tank/crio"\n',
          '/etc/crio/crio.conf.d/99-kata-deploy':
            '[crio]\nstorage_option = ["overlay.skip_mount_home=true"]\n',
        },
      },
    ],
    pass: [
      {},
      {
        files: {
          '/etc/containers/storage.conf':
            '[storage]\ndriver = "zfs"\nrunroot = "/run/crio"\ngraphroot = ' +
            '"/var/lib/crio/containers"\n[storage.options.overlay]\nmountopt = "nodev"\n',
        },
      },
    ],
  },
});

/** storage.conf is read for the driver that it names. */
const sameDriver = (driver: string): readonly AdviceLine[] => [
  sentence('Set the same driver in that file, below [storage]:'),
  fileLine(stringSetting('driver', driver)),
  sentence('Or only for crio.service, without a change to the file:'),
  unitDropInCommand('CG111', 'Service', unitSetting('Environment', `STORAGE_DRIVER=${driver}`)),
];

/**
 * No driver that is set elsewhere changes the list of crio.conf. A program may have written the file, and writes it
 * again; the variable replaces the whole list, and is split at commas.
 */
function withoutOptions(
  options: readonly string[],
  owner: string,
  kept: readonly string[],
): readonly AdviceLine[] {
  const remove = `Remove ${options.join(', ')} there.`;
  if (owner !== 'crio.conf' || kept.length === 0) return [sentence(remove)];
  const list = `CONTAINER_STORAGE_OPT=${kept.join(',')}`;
  return [
    sentence(
      `${remove} If a program writes that file, it will do so again: then give crio.service the options without them:`,
    ),
    unitDropInCommand('CG111', 'Service', unitSetting('Environment', list)),
  ];
}

function ownerOf(origins: readonly Origin[]): 'storage.conf' | 'crio.conf' | 'flag or variable' {
  const keys = origins.map((origin) => (origin.kind === 'file' ? origin.key : ''));
  if (keys.every((key) => key.startsWith('storage.'))) return 'storage.conf';
  return keys.every((key) => key.startsWith('crio.')) ? 'crio.conf' : 'flag or variable';
}

function keptOptions({ configuration }: Diagnosis, refused: readonly string[]): readonly string[] {
  if (configuration.kind !== 'resolved') return [];
  const all = configuration.storage.options.map(({ value }) => value);
  const kept = all.filter((value) => !refused.includes(value));
  return kept.some((option) => option.includes(',')) ? [] : kept;
}

/** One file, one flag or one variable. */
const placeName = (origin: Origin): string => (origin.kind === 'file' ? origin.path : describeOrigin(origin));
