import { ZFS_SUPER_MAGIC } from '../../host/host.js';
import { valueOf } from '../../host/probe.js';
import { nearestName } from '../../text/nearest-name.js';
import { defineRule } from '../rule.js';
import { driverAdvice, pinnedBy, setBy } from '../shared/setting.js';
import { whenRefused } from './refusal.js';
import { command, sentence } from '../../text/advice-line.js';

type Data = {
  readonly driver: string;
  /** The drivers that this CRI-O has. */
  readonly drivers: readonly string[];
  /** What was probably meant; empty when nothing comes near. */
  readonly suggestion: string;
  readonly words: string;
  readonly onZfs: boolean;
  readonly setBy: string;
  readonly pinned: string;
};

const UNUSABLE = [
  'driver-unknown',
  'driver-not-in-kernel',
  'graphroot-not-on-btrfs',
  'overlay-not-supported',
  'no-driver-works',
] as const;

export const driverCannotBeUsed = defineRule<Data>({
  code: 'CG211',
  slug: 'driver-cannot-be-used',
  severity: 'error',
  certainty: 'exact',
  title: 'CRI-O does not know the storage driver, or the driver cannot work here',
  explanation: [
    'CRI-O accepts only the drivers that it was compiled with (GetDriver in drivers/driver.go). Names are ' +
      'case-sensitive: ZFS is not zfs. overlay2 is another name of overlay. devicemapper was removed, and CRI-O ' +
      '1.35 and later have no aufs. A known driver can still refuse the file system of graphroot: btrfs works only on btrfs.',
  ],
  remedy: ['Set a driver that this CRI-O has, in lower case: zfs or overlay on a host with ZFS.'],
  references: ['crio.conf(5)', 'containers-storage.conf(5)'],
  messageId: 'e3e54bc78dd69f81476112bba32c28dc',
  since: '0.1.0',
  check: (diagnosis) =>
    whenRefused(diagnosis, UNUSABLE, (cause, store, words) => {
      if (cause.kind === 'overlay-not-supported' && cause.because === 'old-zfs') {
        return 'the version of OpenZFS is the cause';
      }
      const { facts, request, model } = store.input;
      return {
        driver: request.driver,
        drivers: model.drivers,
        suggestion: suggest(request.driver, model.drivers),
        words,
        onZfs: valueOf(facts.graphroot.fileSystem)?.type === ZFS_SUPER_MAGIC,
        setBy: setBy(store, 'driver'),
        pinned: pinnedBy(store, 'driver'),
      };
    }),
  message: ({ driver, drivers, suggestion, words }) =>
    driver === ''
      ? `No storage driver works here: ${words}.`
      : drivers.includes(driver)
        ? `The storage driver ${driver} cannot work here: ${words}.`
        : `CRI-O has no storage driver named "${driver}"` +
          (suggestion === '' ? '.' : `; did you mean ${suggestion}?`),
  advice: ({ driver, drivers, suggestion, onZfs, setBy: origin, pinned }) => [
    ...(driver === '' ? [] : [sentence(`It is set by ${origin}.`)]),
    sentence(`This CRI-O has ${drivers.join(', ')}; graphroot is ${onZfs ? '' : 'not '}on ZFS.`),
    driverAdvice('CG211', suggestion !== '' ? suggestion : onZfs ? 'zfs' : 'overlay', pinned),
    command('systemctl restart crio.service'),
  ],
  examples: {
    fail: [
      { driver: 'ZFS' },
      {
        graphroot: '/srv/c',
        files: { '/etc/crio/crio.conf.d/10-driver.conf': '[crio]\nstorage_driver = "overlayfs"\n' },
      },
      { driver: 'aufs', crioVersion: '1.31.2', graphroot: '/srv/c' },
      { driver: 'btrfs', graphroot: '/srv/c' },
    ],
    pass: [{}, { driver: 'overlay', graphroot: '/srv/c' }, { driver: 'vfs' }],
  },
});

function suggest(driver: string, drivers: readonly string[]): string {
  if (drivers.includes(driver)) return '';
  if (driver === 'overlayfs') return 'overlay';
  return nearestName(driver.trim(), drivers) ?? '';
}
