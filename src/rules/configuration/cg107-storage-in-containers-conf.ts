import { defineRule, finding } from '../rule.js';
import { shellWord } from '../../text/shell-word.js';
import { notesOfKind, nothingNoted } from './notes-of-kind.js';

export const storageInContainersConf = defineRule<{ readonly files: readonly string[] }>({
  code: 'CG107',
  slug: 'storage-in-containers-conf',
  severity: 'warning',
  certainty: 'exact',
  title: 'Storage settings stand in containers.conf, where nothing reads them',
  explanation: [
    'containers.conf and storage.conf are two files: the [storage] table belongs into storage.conf. In ' +
      'containers.conf nobody reads it, neither CRI-O nor Podman, and nobody warns.',
    'On NixOS it is virtualisation.containers.storage.settings that writes storage.conf; ' +
      'virtualisation.containers.containersConf.settings.storage writes containers.conf.',
  ],
  remedy: [
    'Move the table to /etc/containers/storage.conf, or set the values in a file of /etc/crio/crio.conf.d.',
  ],
  references: ['containers.conf(5)', 'containers-storage.conf(5)'],
  messageId: 'da9b58a4d4cc55981efece1ea8695c3a',
  since: '0.1.0',
  check: (diagnosis) => {
    const notes = notesOfKind(diagnosis, 'storage-in-containers-conf');
    return notes.length === 0 ? nothingNoted(diagnosis) : finding({ files: notes.map(({ file }) => file) });
  },
  message: ({ files }) =>
    `${files.join(' and ')} ${files.length === 1 ? 'has' : 'have'} a [storage] table, which nothing ` +
    'reads: storage.conf is its place.',
  advice: ({ files }) => [
    ...files.map((file) => `grep -nA9 storage ${shellWord(file)}`),
    'What CRI-O uses instead, and where each value comes from:',
    'crio-guard --config',
  ],
  examples: {
    fail: [{ files: { '/etc/containers/containers.conf': '[storage]\ndriver = "zfs"\n' } }],
    pass: [{}, { files: { '/etc/containers/containers.conf': '[engine]\nruntime = "crun"\n' } }],
  },
});
