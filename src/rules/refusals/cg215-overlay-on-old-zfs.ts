import { valueOf } from '../../host/probe.js';
import { defineRule } from '../rule.js';
import { driverAdvice, pinnedBy, setBy } from '../shared/setting.js';
import { whenRefused } from './refusal.js';
import { command, sentence } from '../../text/advice-line.js';

type Data = {
  readonly graphroot: string;
  readonly dataset: string;
  readonly version: string;
  readonly setBy: string;
  readonly pinned: string;
};

export const overlayOnOldZfs = defineRule<Data>({
  code: 'CG215',
  slug: 'overlay-on-old-zfs',
  severity: 'error',
  certainty: 'exact',
  title: 'The overlay driver does not work on this version of OpenZFS',
  explanation: [
    'An overlay file system marks deleted files with whiteouts, which need a rename mode that ZFS ' +
      'supports since OpenZFS 2.2 (October 2023). The driver tests this at its start (Init in ' +
      'drivers/overlay/overlay.go) and refuses when the test fails and fuse-overlayfs is not available. ' +
      'containers/storage searches the PATH of crio.service for fuse-overlayfs.',
  ],
  remedy: [
    'Use the zfs driver. It does not see the images of the overlay driver, which stay on the disk.',
    'Or upgrade the module and the tools to OpenZFS 2.2 or later.',
    'Or set mount_program to fuse-overlayfs, which is slower.',
  ],
  references: [
    'https://github.com/openzfs/zfs/releases/tag/zfs-2.2.0',
    'https://github.com/moby/moby/issues/45884',
    'https://github.com/NixOS/nixpkgs/issues/145261',
  ],
  messageId: '920ec1ce94b9b5c1489ed3bb2547be71',
  since: '0.1.0',
  check: (diagnosis) =>
    whenRefused(diagnosis, ['overlay-not-supported'], ({ because }, store) => {
      if (because !== 'old-zfs') return 'the version of OpenZFS is not the cause';
      const { facts, request } = store.input;
      return {
        graphroot: request.graphroot,
        dataset: valueOf(facts.graphroot.mount)?.source ?? '',
        version: valueOf(facts.zfs.module)?.version ?? 'unknown',
        setBy: setBy(store, 'driver'),
        pinned: pinnedBy(store, 'driver'),
      };
    }),
  message: ({ graphroot, dataset, version }) =>
    `The overlay driver cannot work in ${graphroot} on ${dataset}: OpenZFS ${version} is older than 2.2.`,
  advice: ({ setBy: origin, pinned }) => [
    sentence(`The driver is set by ${origin}.`),
    sentence(
      'To keep it, upgrade to OpenZFS 2.2 or later, or set mount_program to fuse-overlayfs in storage.conf.',
    ),
    sentence('Or use the zfs driver, which does not see the images of the overlay driver:'),
    driverAdvice('CG215', 'zfs', pinned),
    command('systemctl restart crio.service'),
  ],
  examples: {
    fail: [{ driver: 'overlay' }, { driver: 'overlay', crioVersion: '1.31.2' }],
    pass: [{ driver: 'overlay', module: '2.2.7-1' }, { driver: 'overlay', graphroot: '/srv/c' }, {}],
  },
});
