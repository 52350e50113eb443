import { defineRule } from '../rule.js';
import { shellWord } from '../../text/shell-word.js';
import { whenRefused } from './refusal.js';
import { command, sentence } from '../../text/advice-line.js';

type Data = {
  readonly graphroot: string;
  readonly drivers: readonly string[];
  readonly words: string;
};

export const priorDriverFails = defineRule<Data>({
  code: 'CG213',
  slug: 'prior-driver-fails',
  severity: 'error',
  certainty: 'exact',
  title: 'No driver is set, and the driver that was used before does not work',
  explanation: [
    'When no driver is set, containers/storage uses the driver that left a directory in graphroot (New in ' +
      'drivers/driver.go). That driver must work: containers/storage does not fall back to another one, ' +
      'because the images would disappear. One failed start is enough to leave such a directory.',
  ],
  remedy: [
    'Correct the error that the driver reports.',
    'Or set the intended driver. If the directory is an empty leftover, remove it.',
  ],
  references: ['crio.conf(5)', 'containers-storage.conf(5)'],
  messageId: '5d43d790ea528ddebd7286bc082a0c0a',
  since: '0.1.0',
  follows: [
    'CG303', 'CG306', 'CG301', 'CG304', 'CG201', 'CG202', 'CG203', 'CG204', 'CG205', 'CG206', 'CG207',
    'CG208', 'CG215', 'CG216',
  ], // prettier-ignore
  check: (diagnosis) =>
    whenRefused(diagnosis, ['prior-driver'], (_, { input }, words) => ({
      graphroot: input.request.graphroot,
      drivers: input.facts.store.priorDrivers,
      words,
    })),
  message: ({ graphroot, drivers, words }) =>
    `No storage driver is set, ${graphroot} was used with ${drivers.join(' and ')}, and that driver does not start: ${words}.`,
  advice: ({ graphroot, drivers }) => [
    sentence('If that driver is intended, set it in storage_driver and correct the error that it reports.'),
    sentence('If it was never used, its directory is empty. Remove it:'),
    ...drivers.map((driver) => command(`rmdir ${shellWord(`${graphroot}/${driver}`)}`)),
  ],
  examples: {
    fail: [
      { driver: '', graphroot: '/var/lib/crio', files: { '/var/lib/crio/zfs/': '' } },
      { driver: '', graphroot: '/srv/c', files: { '/srv/c/zfs/': '' } },
    ],
    pass: [{ driver: '', files: { '/var/lib/crio/containers/zfs/': '' } }, {}],
  },
});
