import { contains } from '../../host/containment.js';
import { CLEAN_SHUTDOWN_FILE } from '../../config/storage-conf/usual-files.js';
import { withZfsStore } from '../shared/layers-parent.js';
import { defineRule, finding, passed } from '../rule.js';
import { dropInCommand, stringSetting } from '../shared/setting.js';
import { command, sentence } from '../../text/advice-line.js';

export const stateFilesInGraphroot = defineRule<{ readonly graphroot: string; readonly file: string }>({
  code: 'CG513',
  slug: 'state-files-in-graphroot',
  severity: 'warning',
  certainty: 'exact',
  title: "CRI-O's own state files lie inside graphroot",
  explanation: [
    'CRI-O records in clean_shutdown_file (/var/lib/crio/clean.shutdown), and in a second file with the ' +
      'suffix .supported, whether it was shut down cleanly. version_file_persist may lie beside them. With ' +
      'graphroot = "/var/lib/crio" these files lie among those of the store.',
    'A wipe deletes all of graphroot (RemoveStorageDirectory), and with it the files by which CRI-O knows at ' +
      'the next start that it was wiped or had crashed. A rollback of the dataset loses them too.',
  ],
  remedy: [
    'Make graphroot a directory of its own, for example /var/lib/crio/containers, or move clean_shutdown_file.',
  ],
  references: ['crio.conf(5), clean_shutdown_file', 'https://github.com/cri-o/cri-o/issues/8771'],
  messageId: '89653efb5a540d87189e031498976f93',
  since: '0.1.0',
  check: (diagnosis) =>
    withZfsStore(diagnosis, ({ input }) => {
      const { graphroot, surroundings } = input.facts;
      const file = surroundings?.cleanShutdown.path ?? CLEAN_SHUTDOWN_FILE;
      if (file === '' || !contains(graphroot.path, file)) return passed;
      return finding({ graphroot: graphroot.path, file });
    }),
  message: ({ graphroot, file }) =>
    `${file}, by which CRI-O knows that it was shut down cleanly, lies inside graphroot ${graphroot}: a wipe ` +
    'deletes it, too.',
  advice: () => [
    sentence('To keep the store where it is, move the files:'),
    command('mkdir -p /var/lib/crio-state'),
    dropInCommand('CG513', stringSetting('clean_shutdown_file', '/var/lib/crio-state/clean.shutdown')),
    command('systemctl restart crio.service'),
  ],
  examples: {
    fail: [{ graphroot: '/var/lib/crio', fsname: 'tank/crio' }],
    pass: [
      {},
      {
        graphroot: '/var/lib/crio',
        fsname: 'tank/crio',
        files: {
          '/etc/crio/crio.conf.d/10-state.conf':
            '[crio]\nclean_shutdown_file = "/var/lib/crio-state/clean.shutdown"\n',
        },
      },
      { graphroot: '/var/lib/crio', fsname: 'tank/crio', flags: ['--clean-shutdown-file='] },
    ],
  },
});
