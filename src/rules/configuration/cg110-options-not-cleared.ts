import { defineRule, finding } from '../rule.js';
import { whereZfsMatters } from '../shared/zfs-concern.js';
import { notesOfKind, nothingNoted } from './notes-of-kind.js';
import { command, sentence } from '../../text/advice-line.js';

export const optionsNotCleared = defineRule<{ readonly files: readonly string[] }>({
  code: 'CG110',
  slug: 'options-not-cleared',
  severity: 'warning',
  certainty: 'exact',
  title: 'An empty storage_option list does not clear the options',
  explanation: [
    'CRI-O appends lists of options and does not replace them: it takes the options of storage.conf, adds ' +
      'those of crio.conf and of each drop-in, and removes only exact duplicates (UpdateFromDropInFile and ' +
      'removeDupStorageOpts in pkg/config/config.go). An empty list adds nothing and removes nothing.',
    'Only --storage-opt and CONTAINER_STORAGE_OPT replace the whole list.',
  ],
  remedy: [
    'Remove the option where it is set, or set the whole list with --storage-opt.',
    'For options where the driver uses the last value (zfs.fsname, zfs.mountopt), a later file can ' +
      'override an earlier one.',
  ],
  references: ['crio.conf(5), storage_option'],
  messageId: '2b5df4a8b7e994a1c6d9070a9710592f',
  since: '0.1.0',
  check: (diagnosis) =>
    whereZfsMatters(diagnosis, () => {
      const notes = notesOfKind(diagnosis, 'options-cannot-be-cleared');
      return notes.length === 0 ? nothingNoted(diagnosis) : finding({ files: notes.map(({ file }) => file) });
    }),
  message: ({ files }) =>
    `storage_option = [] in ${files.join(' and ')} does not clear the options of earlier files.`,
  advice: () => [sentence('Show the effective options and their origins:'), command('crio-guard --config')],
  examples: {
    fail: [
      {
        fsname: 'tank/crio',
        files: { '/etc/crio/crio.conf.d/10-storage.conf': '[crio]\nstorage_option = []\n' },
      },
    ],
    pass: [{ fsname: 'tank/crio' }],
  },
});
