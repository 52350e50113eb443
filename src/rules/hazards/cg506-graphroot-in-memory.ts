import { isInMemory } from '../../host/memory-file-system.js';
import { withZfsStore } from '../shared/layers-parent.js';
import { defineRule, finding, passed, unknownAnswer } from '../rule.js';
import { shellWord } from '../../text/shell-word.js';
import { command, sentence } from '../../text/advice-line.js';

export const graphrootInMemory = defineRule<{ readonly graphroot: string; readonly dataset: string }>({
  code: 'CG506',
  slug: 'graphroot-in-memory',
  severity: 'warning',
  certainty: 'exact',
  title: 'graphroot is in memory while its layers are in a pool',
  explanation: [
    'With zfs.fsname set, the driver does not ask where graphroot lies. On a tmpfs the list of images ' +
      'and layers is gone after a reboot, while the datasets of the layers stay in the pool.',
    'After every reboot CRI-O pulls all images again into new datasets, and nothing ever removes the old ' +
      'ones: with this driver containers/storage cannot find layers that are not in its list (ListLayers is ' +
      'not supported).',
  ],
  remedy: [
    'Put graphroot on a file system that survives a reboot: the dataset of zfs.fsname, or the root file ' +
      'system.',
    'Look for datasets of layers that no store lists: crio-guard --check --deep.',
  ],
  references: ['containers-storage.conf(5)', 'https://github.com/moby/moby/issues/40036'],
  messageId: '990ab99ded201d7f63cd897d49f9529e',
  since: '0.1.0',
  follows: ['CG405'],
  check: (diagnosis) =>
    withZfsStore(diagnosis, ({ input }, dataset) => {
      const { path, fileSystem } = input.facts.graphroot;
      if (fileSystem.state === 'unknown') return unknownAnswer(fileSystem.why);
      if (fileSystem.state === 'absent' || !isInMemory(fileSystem.value.type)) return passed;
      return finding({ graphroot: path, dataset });
    }),
  message: ({ graphroot, dataset }) =>
    `graphroot ${graphroot} is on a tmpfs: every reboot forgets its images and leaves their layers ` +
    `behind in ${dataset}.`,
  advice: ({ graphroot, dataset }) => [
    command(`findmnt --target ${shellWord(graphroot)}`),
    sentence('Put graphroot on a file system that survives a reboot; then see which layers are left over:'),
    command('crio-guard --check --deep'),
    command(`zfs list -r -d 1 ${shellWord(dataset)}`),
  ],
  examples: {
    fail: [{ graphroot: '/run/images', fsname: 'tank/crio' }],
    pass: [{}, { graphroot: '/srv/images', fsname: 'tank/crio' }],
  },
});
