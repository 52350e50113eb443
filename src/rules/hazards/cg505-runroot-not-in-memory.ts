import { contains } from '../../host/containment.js';
import { isInMemory } from '../../host/memory-file-system.js';
import { valueOf } from '../../host/probe.js';
import { withZfsStore } from '../shared/layers-parent.js';
import { defineRule, finding, passed, unknownAnswer } from '../rule.js';
import { dropInCommand, pinnedBy, setBy, stringSetting } from '../shared/setting.js';
import { command, sentence } from '../../text/advice-line.js';

export const runrootNotInMemory = defineRule<{
  readonly runroot: string;
  readonly fileSystem: string;
  readonly origin: string;
  readonly pinned: string;
}>({
  code: 'CG505',
  slug: 'runroot-not-in-memory',
  severity: 'warning',
  certainty: 'exact',
  title: 'runroot survives a reboot',
  explanation: [
    'In runroot containers/storage counts how often each layer is mounted ' +
      '(RUNROOT/zfs-layers/mountpoints.json). The counts are true only until the machine reboots, and nothing ' +
      'resets them: the directory is meant to disappear at a reboot.',
    'On a file system that survives a reboot, layers that are not mounted count as mounted. Containers then ' +
      'start on an empty directory, or not at all, until someone deletes the counts.',
  ],
  remedy: ['Put runroot below /run, which is a tmpfs: /run/containers/storage is the default.'],
  references: [
    'containers-storage.conf(5)',
    'https://github.com/containers/podman/issues/2150',
    'https://github.com/containers/podman/issues/19456',
  ],
  messageId: '9441ada74bab8ec8fc612e65fd13ee1c',
  since: '0.1.0',
  check: (diagnosis) =>
    withZfsStore(diagnosis, (store) => {
      const { path, fileSystem, mount } = store.input.facts.runroot;
      if (fileSystem.state === 'unknown') return unknownAnswer(fileSystem.why);
      if (fileSystem.state === 'absent' || isInMemory(fileSystem.value.type)) return passed;
      return finding({
        runroot: path,
        fileSystem: valueOf(mount)?.fileSystem ?? 'a disk',
        origin: setBy(store, 'runroot'),
        pinned: pinnedBy(store, 'runroot'),
      });
    }),
  message: ({ runroot, fileSystem }) =>
    `runroot ${runroot} is on ${fileSystem}, not on a tmpfs: after a reboot containers may not start.`,
  advice: ({ runroot, origin, pinned }) => [
    sentence(`runroot is set by ${origin}.`),
    ...(contains('/run', runroot) || contains('/var/run', runroot)
      ? [sentence('/run should be a tmpfs:'), command('findmnt --target /run')]
      : [
          sentence('With CRI-O stopped and no container running:'),
          pinned === ''
            ? dropInCommand('CG505', stringSetting('runroot', '/run/containers/storage'))
            : sentence(
                `In the unit (systemctl edit crio.service), change ${pinned} to /run/containers/storage.`,
              ),
        ]),
  ],
  examples: {
    fail: [{ runroot: '/var/lib/crio/run' }, { runroot: '/srv/run' }],
    pass: [{}, { runroot: '/run/elsewhere' }],
  },
});
