import { fsnameOf, OTHER_DRIVERS, parseOption } from '../../driver/options.js';
import { valueOf } from '../../host/probe.js';
import { nearestName } from '../../text/nearest-name.js';
import { defineRule, type StoreDiagnosis } from '../rule.js';
import { optionSetBy, unitDropInCommand } from '../shared/setting.js';
import { shellWord } from '../../text/shell-word.js';
import { whenRefused } from './refusal.js';
import { command, sentence, type AdviceLine } from '../../text/advice-line.js';

type OptionKind = 'misspelt' | 'size' | 'other-driver' | 'added' | 'documented' | 'unknown';

type Data = {
  readonly option: string;
  readonly name: string;
  readonly kind: OptionKind;
  /** What was probably meant; empty when nothing comes near. */
  readonly suggestion: string;
  readonly setBy: string;
  /** The dataset that layers would be made in. */
  readonly dataset: string;
};

/** What people write for the dataset that layers are to be made in. */
const MEANS_FSNAME = new Set([
  'zpool', 'pool', 'poolname', 'pool_name', 'name', 'dataset', 'parent', 'parent-dataset', 'parent_dataset',
  'parentdataset', 'filesystem', 'fs', 'zfs_parent', 'root', 'zfsname', 'fs_name', 'fs-name',
]); // prettier-ignore

/** Emitted by storage.conf for every driver, and unknown to this one (types/options.go). */
const DOCUMENTED = new Set([
  'imagestore',
  'mount_program',
  'skip_mount_home',
  'ignore_chown_errors',
  'force_mask',
]);

const WHY: Readonly<Record<OptionKind, string>> = {
  misspelt: 'the driver knows only zfs.fsname and zfs.mountopt',
  size: 'storage.conf(5) describes it, but this driver does not accept it',
  'other-driver': 'it belongs to another driver, and this CRI-O does not ignore such options',
  added: 'it belongs to another driver, and this CRI-O does not ignore such options',
  documented: 'storage.conf(5) describes it, but this driver does not know it',
  unknown: 'the driver knows only zfs.fsname and zfs.mountopt',
};

export const unknownOption = defineRule<Data>({
  code: 'CG206',
  slug: 'unknown-option',
  severity: 'error',
  certainty: 'exact',
  title: 'The zfs driver does not know an option',
  explanation: [
    'The zfs driver takes two options, zfs.fsname and zfs.mountopt, and refuses to start with any other ' +
      'option (parseOptions in drivers/zfs/zfs.go). This includes size and imagestore, although ' +
      'containers-storage.conf(5) lists them and storage.conf turns them into zfs.size and zfs.imagestore.',
    'Options of other drivers, such as overlay.mountopt, are refused by CRI-O up to 1.37 and ignored by ' +
      'containers/storage 1.62 and later. They usually come from a storage.conf that still sets driver = ' +
      '"overlay" while another file selects zfs for CRI-O (types/options.go yields options for the driver ' +
      'of storage.conf). CRI-O appends lists of options, so a drop-in cannot remove one.',
  ],
  remedy: [
    'Remove the option, or write zfs.fsname if it should name a dataset.',
    'For a limit, set a quota on the dataset instead of size.',
    'For options of another driver: set driver = "zfs" in storage.conf too, or STORAGE_DRIVER=zfs for crio.service alone.',
  ],
  references: [
    'https://github.com/kubernetes-sigs/kubespray/issues/9898',
    'https://github.com/moby/moby/issues/48852',
    'containers-storage.conf(5)',
  ],
  messageId: '41e56bf88d189d6bd186c8419b9e96b1',
  since: '0.1.0',
  follows: ['CG111'],
  check: (diagnosis) =>
    whenRefused(diagnosis, ['unknown-option', 'option-of-unknown-driver'], ({ driver, option }, store) => {
      if (driver !== 'zfs') return 'another driver refuses an option';
      const name = parseOption(option)?.key ?? option;
      return {
        option,
        name,
        ...classify(name, isOfStorageConf(store, option)),
        setBy: optionSetBy(store, option),
        dataset: datasetOf(store),
      };
    }),
  message: ({ option, kind, suggestion }) =>
    `The zfs driver refuses the option ${option}: ${WHY[kind]}` +
    (suggestion === '' ? '.' : `; did you mean ${suggestion}?`),
  advice: (data) => [...(data.setBy === '' ? [] : [sentence(`It is set by ${data.setBy}.`)]), ...steps(data)],
  examples: {
    fail: [
      {
        files: { '/etc/crio/crio.conf.d/10-zfs.conf': '[crio]\nstorage_option = ["zfs.zpool=tank/crio"]\n' },
      },
      {
        files: {
          '/etc/containers/storage.conf':
            '[storage]\ndriver = "zfs"\ngraphroot = "/var/lib/crio/containers"\nrunroot = "/run/containers/storage"\n' +
            '[storage.options.zfs]\nsize = "20G"\n',
        },
      },
      {
        files: {
          '/etc/containers/storage.conf':
            '[storage]\ndriver = "overlay"\ngraphroot = "/var/lib/crio/containers"\nrunroot = "/run/containers/storage"\n' +
            '[storage.options.overlay]\nmountopt = "nodev"\n',
          '/etc/crio/crio.conf.d/10-zfs.conf': '[crio]\nstorage_driver = "zfs"\n',
        },
      },
      {
        files: {
          '/etc/crio/crio.conf.d/10-zfs.conf':
            '[crio]\nstorage_driver = "zfs"\nstorage_option = ["overlay.mountopt=nodev"]\n',
        },
      },
      { crioVersion: '1.31.2', flags: ['--storage-opt', 'zfs.fsnmae=tank/crio'] },
    ],
    pass: [{}, { fsname: 'tank/crio' }, { flags: ['--storage-opt', 'ZFS.MountOpt=nodev'] }],
  },
});

/** The dataset for layers without this option; empty when it is unknown. */
function datasetOf({ input }: StoreDiagnosis): string {
  const fsname = fsnameOf(input.request.options);
  const mount = valueOf(input.facts.graphroot.mount);
  return fsname === '' ? (mount?.fileSystem === 'zfs' ? mount.source : '') : fsname;
}

/** Only the options of storage.conf follow the driver that it names. */
function isOfStorageConf({ configuration }: StoreDiagnosis, text: string): boolean {
  if (configuration.kind !== 'resolved') return false;
  const origin = configuration.storage.options.find(({ value }) => value === text)?.origin;
  return origin?.kind === 'file' && origin.key.startsWith('storage.');
}

function classify(
  key: string,
  isStorageConf: boolean,
): { readonly kind: OptionKind; readonly suggestion: string } {
  const [prefix = '', ...rest] = key.split('.');
  if (OTHER_DRIVERS.includes(prefix))
    return { kind: isStorageConf ? 'other-driver' : 'added', suggestion: '' };
  const name = prefix === 'zfs' ? rest.join('.') : key;
  if (name === 'size') return { kind: 'size', suggestion: '' };
  if (DOCUMENTED.has(name)) return { kind: 'documented', suggestion: '' };
  const meant = MEANS_FSNAME.has(name) ? 'fsname' : nearestName(name, ['fsname', 'mountopt']);
  return meant === undefined
    ? { kind: 'unknown', suggestion: '' }
    : { kind: 'misspelt', suggestion: `zfs.${meant}` };
}

function steps({ option, kind, suggestion, dataset }: Data): readonly AdviceLine[] {
  const value = option.slice(option.indexOf('=') + 1).trim();
  switch (kind) {
    case 'misspelt':
      return [
        suggestion === 'zfs.fsname'
          ? sentence(
              `Write zfs.fsname=${value} instead; it takes the full name of a dataset, such as tank/crio.`,
            )
          : sentence(`Write ${suggestion}=${value} instead.`),
      ];
    case 'size':
      return value === '' || dataset === ''
        ? [sentence('Remove it, and limit the dataset instead: zfs set quota=SIZE DATASET.')]
        : [
            sentence('Remove it, and limit the dataset instead:'),
            command(`zfs set quota=${shellWord(value)} ${shellWord(dataset)}`),
          ];
    case 'other-driver':
      return [
        sentence(
          'Set driver = "zfs" in /etc/containers/storage.conf, so that it yields only options of zfs,',
        ),
        sentence('or only for crio.service, if Podman needs its own driver:'),
        unitDropInCommand('CG206', 'Service', 'Environment=STORAGE_DRIVER=zfs'),
      ];
    case 'added':
    case 'documented':
    case 'unknown':
      return [sentence('Remove it there. A drop-in of CRI-O can add options, but cannot remove one.')];
  }
}
