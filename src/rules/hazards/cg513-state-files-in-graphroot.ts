import { contains } from '../../host/containment.js';
import { CLEAN_SHUTDOWN_FILE } from '../../config/effective.js';
import { withZfsStore } from '../shared/layers-parent.js';
import { defineRule, finding, passed } from '../rule.js';
import { dropInCommand, stringSetting } from '../shared/setting.js';

export const stateFilesInGraphroot = defineRule<{ readonly graphroot: string; readonly file: string }>({
  code: 'CG513',
  slug: 'state-files-in-graphroot',
  severity: 'warning',
  certainty: 'exact',
  title: "CRI-O's own state files lie inside graphroot",
  explanation: [
    'CRI-O notes in clean_shutdown_file (/var/lib/crio/clean.shutdown) and in its twin with the ending ' +
      '.supported whether it ended in order, and may keep version_file_persist beside them. With ' +
      'graphroot = "/var/lib/crio" these files lie among those of the store.',
    'A wipe deletes all of graphroot (RemoveStorageDirectory), and with it the notes by which CRI-O ' +
      'would know at the next start that it had been wiped or had crashed. The files are also lost to ' +
      'whoever rolls the dataset back.',
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
    `${file}, by which CRI-O knows that it ended in order, lies inside graphroot ${graphroot}: a wipe ` +
    'deletes it, too.',
  advice: () => [
    'Without moving the store, give the notes another place:',
    'mkdir -p /var/lib/crio-state',
    dropInCommand('CG513', stringSetting('clean_shutdown_file', '/var/lib/crio-state/clean.shutdown')),
    'systemctl restart crio.service',
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
