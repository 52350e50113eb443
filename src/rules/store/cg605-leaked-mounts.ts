import { withZfsStore } from '../shared/layers-parent.js';
import { defineRule, finding, notApplicable, passed, unknownAnswer } from '../rule.js';
import { shellWord } from '../../text/shell-word.js';
import { command, sentence } from '../../text/advice-line.js';

export const leakedMounts = defineRule<{
  readonly datasets: readonly string[];
  readonly holders: readonly string[];
  readonly pid: number;
}>({
  code: 'CG605',
  slug: 'leaked-mounts',
  severity: 'info',
  certainty: 'exact',
  title: 'Other processes still have layers mounted that CRI-O has unmounted',
  explanation: [
    'A service with its own mount namespace (PrivateTmp=, ProtectSystem= and similar) that starts while a ' +
      'container runs gets a copy of all mounts, also of layers. When CRI-O unmounts such a layer, the copy ' +
      'may stay.',
    'Until the copy is gone the layer cannot be removed: "cannot destroy ...: dataset is busy". A restart of ' +
      'the service removes the copy.',
  ],
  remedy: [
    'Restart the services named. If the mounts come back, add InaccessiblePaths= for graphroot to their ' +
      'units.',
  ],
  references: [
    'https://github.com/containers/storage/issues/2005',
    'https://github.com/moby/moby/issues/24403',
    'https://github.com/openzfs/zfs/issues/5038',
  ],
  messageId: '09c65c785456bdbc0d978b57f3a01b3a',
  since: '0.1.0',
  check: (diagnosis) =>
    withZfsStore(diagnosis, ({ input }) => {
      const { deep } = input.facts;
      if (deep === undefined) return notApplicable('looked at with --deep only');
      if (deep.leakedMounts.state === 'unknown') return unknownAnswer(deep.leakedMounts.why);
      if (deep.leakedMounts.state === 'absent') return passed;
      const [first, ...rest] = deep.leakedMounts.value;
      if (first === undefined) return passed;
      const leaks = [first, ...rest];
      return finding({
        datasets: [...new Set(leaks.map(({ dataset }) => dataset))],
        holders: [...new Set(leaks.map(({ unit, pid }) => (unit === '' ? `process ${pid}` : unit)))],
        pid: first.pid,
      });
    }),
  message: ({ datasets, holders }) =>
    `${holders.join(', ')} still ${holders.length === 1 ? 'holds' : 'hold'} ${datasets.length} ` +
    `unmounted ${datasets.length === 1 ? 'layer' : 'layers'}: removing ` +
    `${datasets.length === 1 ? 'it' : 'them'} fails with "dataset is busy".`,
  advice: ({ datasets, holders, pid }) => [
    command(`grep -F -e ${shellWord(datasets[0] ?? '')} /proc/${pid}/mountinfo`),
    sentence('Then, when you can:'),
    ...holders
      .filter((holder) => holder.endsWith('.service'))
      .map((unit) => command(`systemctl restart ${unit}`)),
  ],
  examples: {
    fail: [
      {
        deep: true,
        symlinks: { '/proc/812/ns/mnt': 'mnt:[4026532301]' },
        files: {
          '/proc/812/mountinfo':
            '612 580 0:51 / /var/lib/crio/containers/zfs/graph/77c1 rw,relatime - zfs tank/crio/77c1 ' +
            'rw,xattr,noacl\n',
          '/proc/812/cgroup': '0::/system.slice/rsyslog.service\n',
        },
      },
    ],
    pass: [{}, { deep: true }],
  },
});
