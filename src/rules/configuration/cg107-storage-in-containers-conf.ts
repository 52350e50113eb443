import { defineRule, finding } from '../rule.js';
import { shellWord } from '../../text/shell-word.js';
import { notesOfKind, nothingNoted } from './notes-of-kind.js';
import { command, sentence } from '../../text/advice-line.js';

export const storageInContainersConf = defineRule<{ readonly files: readonly string[] }>({
  code: 'CG107',
  slug: 'storage-in-containers-conf',
  severity: 'warning',
  certainty: 'exact',
  title: 'Storage settings are in containers.conf, where no program reads them',
  explanation: [
    'The [storage] table belongs in storage.conf. In containers.conf neither CRI-O nor Podman reads it, ' +
      'and neither logs a warning.',
    'On NixOS, virtualisation.containers.storage.settings writes storage.conf, and ' +
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
    `${files.join(' and ')} ${files.length === 1 ? 'has' : 'have'} a [storage] table, which no program ` +
    'reads there: it belongs in storage.conf.',
  advice: ({ files }) => [
    ...files.map((file) => command(`grep -nA9 storage ${shellWord(file)}`)),
    sentence('Show the values that CRI-O uses, and their origins:'),
    command('crio-guard --config'),
  ],
  examples: {
    fail: [{ files: { '/etc/containers/containers.conf': '[storage]\ndriver = "zfs"\n' } }],
    pass: [{}, { files: { '/etc/containers/containers.conf': '[engine]\nruntime = "crun"\n' } }],
  },
});
