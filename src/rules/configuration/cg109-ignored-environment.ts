import { defineRule, finding, notApplicable } from '../rule.js';
import { concernsZfs } from '../shared/zfs-concern.js';
import { notesOfKind, nothingNoted } from './notes-of-kind.js';

export const ignoredEnvironment = defineRule<{
  readonly variables: readonly string[];
}>({
  code: 'CG109',
  slug: 'ignored-environment',
  severity: 'warning',
  certainty: 'exact',
  title: 'A STORAGE_ variable of crio.service has no effect',
  explanation: [
    'STORAGE_DRIVER and STORAGE_OPTS belong to containers/storage and act only while a storage.conf is ' +
      'parsed (ReloadConfigurationFile in types/options.go): without such a file they do nothing, and ' +
      'what crio.conf or a flag says comes later and wins. STORAGE_DRIVER then still decides which options ' +
      'storage.conf yields, so one that names the same driver is left alone here.',
    'CRI-O has its own variables, which win over all files: CONTAINER_ROOT, CONTAINER_RUNROOT, ' +
      'CONTAINER_STORAGE_DRIVER, CONTAINER_STORAGE_OPT. Variables of newer versions, ' +
      'CONTAINERS_STORAGE_CONF_OVERRIDE for one, are not read at all.',
  ],
  remedy: [
    'Set the CONTAINER_ variable instead, or write the value to a file of crio.conf.d, and remove the other.',
  ],
  references: ['crio(8)', 'containers-storage.conf(5)'],
  messageId: '9fe73e4fcebecdfad6b20a64709a0435',
  since: '0.1.0',
  check: (diagnosis) => {
    const { configuration } = diagnosis;
    const driver = configuration.outcome === 'resolved' ? configuration.storage.driver.value : undefined;
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
  message: ({ variables }) => `Without effect in the environment of crio.service: ${variables.join('; ')}.`,
  advice: () => [
    'Where it is set:',
    'systemctl show crio.service -p Environment -p EnvironmentFiles',
    'What CRI-O uses instead:',
    'crio-guard --config',
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
