import { defineRule, finding, notApplicable } from '../rule.js';
import { concernsZfs } from '../shared/zfs-concern.js';
import { notesOfKind, nothingNoted } from './notes-of-kind.js';
import { command, sentence } from '../../text/advice-line.js';

export const ignoredEnvironment = defineRule<{
  readonly variables: readonly string[];
}>({
  code: 'CG109',
  slug: 'ignored-environment',
  severity: 'warning',
  certainty: 'exact',
  title: 'A STORAGE_ variable of crio.service has no effect',
  explanation: [
    'STORAGE_DRIVER and STORAGE_OPTS belong to containers/storage and have an effect only when it parses ' +
      'a storage.conf (ReloadConfigurationFile in types/options.go). Without that file they do nothing, and ' +
      'crio.conf and flags override them. STORAGE_DRIVER still selects the options that storage.conf ' +
      'yields, so this rule does not report a variable that names the same driver.',
    'CRI-O has its own variables, which override all files: CONTAINER_ROOT, CONTAINER_RUNROOT, ' +
      'CONTAINER_STORAGE_DRIVER, CONTAINER_STORAGE_OPT. It does not read variables of newer versions, such ' +
      'as CONTAINERS_STORAGE_CONF_OVERRIDE.',
  ],
  remedy: [
    'Set the CONTAINER_ variable instead, or write the value to a file in crio.conf.d, and remove the ' +
      'STORAGE_ variable.',
  ],
  references: ['crio(8)', 'containers-storage.conf(5)'],
  messageId: '9fe73e4fcebecdfad6b20a64709a0435',
  since: '0.1.0',
  check: (diagnosis) => {
    const { configuration } = diagnosis;
    const driver = configuration.kind === 'resolved' ? configuration.storage.driver.value : undefined;
    const notes = notesOfKind(diagnosis, 'ignored-environment').filter(
      // Set to what crio.conf says it makes storage.conf yield the options of the right driver.
      ({ name, value }) => name !== 'STORAGE_DRIVER' || value !== driver,
    );
    if (notes.length === 0) return nothingNoted(diagnosis);
    // Where ZFS was asked for in vain, it is this variable that explains why there is none.
    if (!concernsZfs(diagnosis) && !notes.some(({ value }) => value.includes('zfs'))) {
      return notApplicable('neither the driver nor the file system is ZFS');
    }
    return finding({
      variables: notes.map(({ name, value, because }) => `${name}=${value} (${REASONS[because]})`),
    });
  },
  message: ({ variables }) => `Variables of crio.service that have no effect: ${variables.join('; ')}.`,
  advice: () => [
    sentence('Show where they are set:'),
    command('systemctl show crio.service -p Environment -p EnvironmentFiles'),
    sentence('Show the values that CRI-O uses:'),
    command('crio-guard --config'),
  ],
  examples: {
    fail: [
      {
        environment: { STORAGE_DRIVER: 'overlay' },
        files: { '/etc/crio/crio.conf.d/10-storage.conf': '[crio]\nstorage_driver = "zfs"\n' },
      },
    ],
    pass: [{}, { environment: { STORAGE_DRIVER: 'zfs' } }],
  },
});

const REASONS = {
  'never read': 'no version of CRI-O reads it',
  'no storage.conf': 'there is no storage.conf, and it acts only on one',
  overridden: 'crio.conf or a flag says otherwise',
  'another file': 'CRI-O reads another file',
} as const;
