import type { Mount } from '../../host/mountinfo.js';
import { valueOf } from '../../host/probe.js';
import { withZfsStore } from '../shared/layers-parent.js';
import { defineRule, finding, notApplicable, passed, unknownAnswer } from '../rule.js';
import { shellWord } from '../../text/shell-word.js';
import { command, sentence } from '../../text/advice-line.js';

export const selinuxLabel = defineRule<{
  readonly graphroot: string;
  /** Empty when the mount knows no labels. */
  readonly context: string;
  /** The dataset whose mount gives all files that label, or none; empty when files have labels of their own. */
  readonly dataset: string;
}>({
  code: 'CG510',
  slug: 'selinux-label',
  severity: 'warning',
  certainty: 'heuristic',
  title: 'SELinux is enforcing, and graphroot has no label for containers',
  explanation: [
    'In enforcing mode the policy lets container runtimes write where files carry container_var_lib_t or ' +
      'container_file_t. The policy gives such a label to directories below /var/lib/containers; any other ' +
      'graphroot needs a rule of its own.',
    'A file system that is mounted without label support (neither "seclabel" nor "context=" among its mount ' +
      'options) gives all its files one label, and SELinux denies access to pulls or containers.',
    'Only --deep reads the label itself. Relabelling many layers can take hours; stop CRI-O for that time.',
  ],
  remedy: [
    'Add a rule for the path that makes it equivalent to /var/lib/containers/storage, then restore the labels.',
    'A context= property applies to all files of a dataset: remove it where you want labels.',
  ],
  references: [
    'containers-storage.conf(5)',
    'https://github.com/containers/podman/issues/11625',
    'semanage-fcontext(8)',
  ],
  messageId: 'dab88febbf12ec1720f53c48e4f904a2',
  since: '0.1.0',
  check: (diagnosis) =>
    withZfsStore(diagnosis, ({ input }) => {
      const { graphroot, surroundings, deep } = input.facts;
      const enforcing = surroundings?.selinuxEnforcing;
      if (enforcing === undefined || enforcing.state === 'absent') return notApplicable('no SELinux');
      if (enforcing.state === 'unknown') return unknownAnswer(enforcing.why);
      if (!enforcing.value) return passed;
      const mount = valueOf(graphroot.mount);
      if (mount?.fileSystem === 'zfs') {
        const context = labelOfAll(mount);
        const isDenied = context !== undefined && !FOR_CONTAINERS.test(context);
        if (isDenied) return finding({ graphroot: graphroot.path, context, dataset: mount.source });
      }
      const label = deep?.graphrootLabel;
      if (label?.state === 'unknown') return unknownAnswer(label.why);
      const context = label === undefined ? undefined : valueOf(label);
      if (context === undefined || FOR_CONTAINERS.test(context)) return passed;
      return finding({ graphroot: graphroot.path, context, dataset: '' });
    }),
  message: ({ graphroot, context }) =>
    context === ''
      ? `SELinux enforces, and graphroot ${graphroot} is mounted without labels: containers may be denied access.`
      : `SELinux enforces, and graphroot ${graphroot} is labelled ${context}: containers may be denied access.`,
  advice: ({ graphroot, dataset }) => [
    sentence('What was denied:'),
    command('ausearch -m AVC -ts recent -c crio'),
    ...(dataset === ''
      ? [
          sentence('With CRI-O stopped:'),
          command(`semanage fcontext -a -e /var/lib/containers/storage ${shellWord(graphroot)}`),
          command(`restorecon -R ${shellWord(graphroot)}`),
        ]
      : [
          sentence('These properties decide the labels; they take effect at the next mount:'),
          command(`zfs get xattr,context,fscontext,defcontext,rootcontext ${shellWord(dataset)}`),
        ]),
  ],
  examples: {
    fail: [
      { files: { '/sys/fs/selinux/enforce': '1' } },
      {
        ...onLegacy('rw,context=system_u:object_r:unlabeled_t:s0'),
        files: { '/sys/fs/selinux/enforce': '1' },
      },
    ],
    pass: [
      { files: { '/sys/fs/selinux/enforce': '0' } },
      {},
      { ...onLegacy('rw,seclabel'), files: { '/sys/fs/selinux/enforce': '1' } },
      {
        ...onLegacy('rw,context="system_u:object_r:container_file_t:s0:c1,c2"'),
        files: { '/sys/fs/selinux/enforce': '1' },
      },
    ],
  },
});

const FOR_CONTAINERS = /:container_\w+_t(:|$)/;

/** The one label of all files, empty when there is none; undefined when each file has its own. */
function labelOfAll({ superOptions, options }: Mount): string | undefined {
  const all = [...superOptions, ...options];
  if (all.includes('seclabel')) return undefined;
  return (
    all
      .find((option) => option.startsWith('context='))
      ?.slice('context='.length)
      .replaceAll('"', '') ?? ''
  );
}

/** The healthy node with its dataset mounted by these options. */
function onLegacy(options: string) {
  return {
    datasets: [
      { name: 'tank', mountpoint: 'none' },
      { name: 'tank/crio', mountpoint: 'legacy' },
    ],
    mounts: [{ mountpoint: '/var/lib/crio', fileSystem: 'zfs', source: 'tank/crio', options }],
  };
}
