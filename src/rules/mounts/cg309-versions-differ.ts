import { valueOf } from '../../host/probe.js';
import { defineRule, finding, notApplicable, passed, unknownAnswer, withStore } from '../rule.js';
import { command, sentence } from '../../text/advice-line.js';

type Data = {
  readonly tools: string;
  readonly module: string;
};

export const versionsDiffer = defineRule<Data>({
  code: 'CG309',
  slug: 'zfs-versions-differ',
  severity: 'warning',
  certainty: 'exact',
  title: 'The zfs command and the zfs module are of different versions',
  explanation: [
    'After an upgrade of the packages the old module stays loaded until the next boot. The interface between ' +
      'the tools and the module changes between versions: mixing them is not supported, and leads to errors ' +
      'such as "bad property list".',
    'Only --check --deep looks at it, since it has to run a program.',
  ],
  remedy: ['Reboot, when you can, into a kernel that has the module of the same version.'],
  references: [
    'https://github.com/openzfs/zfs/issues/3326',
    'https://github.com/openzfs/zfs/issues/8003',
    'https://github.com/openzfs/zfs/issues/16716',
  ],
  messageId: '51bcc9390ac5ef56aa24f287cdcabeb3',
  since: '0.1.0',
  check: (diagnosis) =>
    withStore(diagnosis, (store) => {
      const { toolsVersion, module } = store.input.facts.zfs;
      if (toolsVersion === undefined) return notApplicable('it is looked at with --deep only');
      if (toolsVersion.state === 'unknown') return unknownAnswer(toolsVersion.why);
      const tools = valueOf(toolsVersion);
      const loaded = valueOf(module)?.version ?? '';
      if (tools === undefined || loaded === '') return notApplicable('the kernel tells no version');
      return release(tools) === release(loaded) ? passed : finding({ tools, module: loaded });
    }),
  message: ({ tools, module }) =>
    `The zfs command is of OpenZFS ${tools}, the loaded module of ${module}: mixing them is not supported.`,
  advice: () => [
    command('zfs version'),
    sentence('Make sure that the module exists for the kernel that will boot, then reboot when you can:'),
    command('dkms status zfs'),
  ],
  examples: {
    fail: [{ module: '2.1.11-1+deb12u1', tools: '2.3.2-1', deep: true }],
    pass: [{ deep: true }, { module: '2.1.11-1', tools: '2.3.2-1' }],
  },
});

/** 2.1.11 of 2.1.11-1+deb12u1: packages number their module and tools apart. */
const release = (version: string): string => /^\d+(?:\.\d+)*/.exec(version)?.[0] ?? version;
