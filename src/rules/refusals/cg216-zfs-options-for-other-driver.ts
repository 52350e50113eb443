import { defineRule } from '../rule.js';
import { driverAdvice, optionSetBy, pinnedBy, setBy } from '../shared/setting.js';
import { whenRefused } from './refusal.js';
import { command, sentence } from '../../text/advice-line.js';

type Data = {
  readonly driver: string;
  readonly option: string;
  readonly optionSetBy: string;
  readonly driverSetBy: string;
  readonly pinned: string;
  /** The driver whose option it is, by its prefix. */
  readonly owner: string;
  readonly words: string;
};

const OPTION_CAUSES = [
  'unknown-option',
  'option-of-unknown-driver',
  'invalid-option-value',
  'mount-options-not-supported',
  'mount-program-missing',
  'limits-need-xfs',
  'additional-store-refused',
  'composefs-helper-missing',
] as const;

/** An option without the name of a driver before it is the driver's own. */
function ownerOf(option: string, driver: string): string {
  const prefix = /^\s*([^.=\s]+)\.[^=]*=/.exec(option)?.[1]?.toLowerCase() ?? driver;
  return prefix === 'overlay2' ? 'overlay' : prefix;
}

export const zfsOptionsForOtherDriver = defineRule<Data>({
  code: 'CG216',
  slug: 'zfs-options-for-other-driver',
  severity: 'error',
  certainty: 'exact',
  title: 'A driver other than zfs refuses an option',
  explanation: [
    'Every driver receives all options, and in CRI-O up to 1.37 each driver refuses ' +
      'unknown ones: overlay with "overlay: unknown option zfs.fsname" (drivers/overlay/overlay.go ' +
      'parseOptions), vfs with "vfs driver does not support zfs.fsname options" (drivers/vfs/driver.go ' +
      'Init). This happens when one file changes the driver and another still sets zfs.fsname, or when no ' +
      'driver is set and CRI-O tries overlay first. overlay also refuses values that it cannot use, such as ' +
      'size on a file system other than XFS.',
  ],
  remedy: [
    'Set the driver to zfs, if ZFS is intended.',
    'Otherwise remove the option. CRI-O appends lists of options, so a later file cannot remove one.',
  ],
  references: ['crio.conf(5)', 'containers-storage.conf(5)'],
  messageId: 'c094c07a1d0b1c31b19fe32abe27e3a8',
  since: '0.1.0',
  follows: ['CG111'],
  check: (diagnosis) =>
    whenRefused(diagnosis, OPTION_CAUSES, ({ driver, option }, store, words) => {
      if (driver === 'zfs') return 'the zfs driver refuses an option';
      const { request } = store.input;
      return {
        driver,
        option,
        optionSetBy: optionSetBy(store, option),
        driverSetBy: request.driver === '' ? 'no file: CRI-O chooses' : setBy(store, 'driver'),
        pinned: pinnedBy(store, 'driver'),
        owner: ownerOf(option, driver),
        words,
      };
    }),
  message: ({ driver, option, owner, words }) =>
    owner === driver
      ? `The ${driver} driver refuses its option ${option}: ${words}`
      : `The ${driver} driver refuses the option ${option} of the ${owner} driver.`,
  advice: ({ driver, owner, optionSetBy: origin, driverSetBy, pinned }) => [
    ...(owner === 'zfs'
      ? [
          sentence(`The driver ${driver} is set by ${driverSetBy}. If ZFS is intended:`),
          driverAdvice('CG216', 'zfs', pinned),
          sentence(`If not, remove the option${origin === '' ? '' : ` from ${origin}`}.`),
        ]
      : [sentence(`Correct or remove the option${origin === '' ? '' : ` in ${origin}`}.`)]),
    command('systemctl restart crio.service'),
  ],
  examples: {
    fail: [
      {
        driver: 'zfs',
        fsname: 'tank/crio',
        files: { '/etc/crio/crio.conf.d/10-driver.conf': '[crio]\nstorage_driver = "overlay"\n' },
      },
      {
        fsname: 'tank/crio',
        files: { '/etc/crio/crio.conf.d/10-driver.conf': '[crio]\nstorage_driver = "vfs"\n' },
      },
      { driver: 'overlay', graphroot: '/srv/c', flags: ['--storage-opt', 'overlay.size=10G'] },
      { driver: 'overlay', graphroot: '/srv/c', flags: ['--storage-opt', 'overlay.use_composefs=true'] },
      { driver: 'overlay', graphroot: '/srv/c', flags: ['--storage-opt', 'overlay.imagestore=/srv/images'] },
      { driver: 'overlay', graphroot: '/srv/c', flags: ['--storage-opt', 'btrfs.min_space=1G'] },
    ],
    pass: [{ fsname: 'tank/crio' }, { driver: 'vfs' }],
  },
});
