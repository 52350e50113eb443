import { describeOrigin } from '../../config/origin.js';
import { defineRule, finding, passed } from '../rule.js';
import { whereZfsMatters } from '../shared/zfs-concern.js';
import { notesOfKind, nothingNoted } from './notes-of-kind.js';
import { command, sentence } from '../../text/advice-line.js';

export const storageConfOverridden = defineRule<{
  readonly value: string;
  readonly from: string;
  readonly by: string;
  readonly root: string;
}>({
  code: 'CG112',
  slug: 'storage-conf-overridden',
  severity: 'info',
  certainty: 'exact',
  title: 'CRI-O does not use the graphroot of storage.conf',
  explanation: [
    'root in crio.conf, in a drop-in, in --root or in CONTAINER_ROOT overrides the graphroot of ' +
      'storage.conf. This is a valid way to separate the stores of CRI-O and Podman.',
    'A change of graphroot in storage.conf then has no effect on CRI-O. Podman and other tools use the ' +
      'graphroot of storage.conf and do not see the images of CRI-O.',
  ],
  remedy: ['No action is needed if both values are intended. Otherwise remove the wrong one.'],
  references: ['crio.conf(5), root', 'containers-storage.conf(5)'],
  messageId: 'b07826ad2af36465a84379d73fa13ce1',
  since: '0.1.0',
  check: (diagnosis) =>
    whereZfsMatters(diagnosis, () => {
      const note = notesOfKind(diagnosis, 'storage-conf-overridden').find(
        ({ setting }) => setting === 'root',
      );
      const graphroot = diagnosis.input?.request.graphroot;
      if (note === undefined || graphroot === undefined) return nothingNoted(diagnosis);
      if (graphroot === note.value || graphroot === '') return passed;
      return finding({
        value: note.value,
        from: describeOrigin(note.origin),
        by: describeOrigin(note.by),
        root: graphroot,
      });
    }),
  message: ({ value, root }) => `CRI-O uses graphroot ${root}, not ${value} from storage.conf.`,
  advice: ({ from, by }) => [
    sentence(`The first is set by ${by}, the second by ${from}.`),
    command('crio-guard --config'),
  ],
  examples: {
    fail: [
      {
        graphroot: '/var/lib/containers/storage',
        files: {
          '/etc/crio/crio.conf.d/10-storage.conf': '[crio]\nroot = "/var/lib/crio/containers"\n',
        },
      },
    ],
    pass: [{}, { flags: ['--root', 'var/lib/crio/containers'] }],
  },
});
