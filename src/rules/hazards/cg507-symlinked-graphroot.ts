import { withZfsStore } from '../shared/layers-parent.js';
import { defineRule, finding, passed } from '../rule.js';
import { shellWord } from '../../text/shell-word.js';
import { command, sentence } from '../../text/advice-line.js';

export const symlinkedGraphroot = defineRule<{
  readonly graphroot: string;
  readonly links: readonly string[];
}>({
  code: 'CG507',
  slug: 'symlinked-graphroot',
  severity: 'warning',
  certainty: 'exact',
  title: 'A symlink is on the way to graphroot',
  explanation: [
    'containers/storage keeps the path as it was given (GetStore in store.go makes it absolute, and resolves ' +
      'no link), and CRI-O passes it on so. Runtimes refuse a root file system behind a symlink ("is not an ' +
      'absolute path or is a symlink"), and systemd does not mount on such a path.',
    'The symlink also changes the directory whose file system decides whether the driver works: without ' +
      'zfs.fsname that is the parent of the path as written, not of the path it leads to.',
    'CRI-O resolves paths of storage.conf before it uses them, if they exist; it does not resolve those of ' +
      'crio.conf and of flags.',
  ],
  remedy: ['Write the real path into the configuration. A bind mount instead of the symlink also works.'],
  references: [
    'https://github.com/containers/storage/issues/165',
    'https://github.com/containers/podman/issues/562',
  ],
  messageId: 'f902283c688dd4be7c37141f3fb6642d',
  since: '0.1.0',
  check: (diagnosis) =>
    withZfsStore(diagnosis, ({ input }) => {
      const { path, symlinks } = input.facts.graphroot;
      if (symlinks.length === 0) return passed;
      return finding({
        graphroot: path,
        links: symlinks.map((link) => `${link.path} -> ${link.target}`),
      });
    }),
  message: ({ graphroot, links }) =>
    `graphroot ${graphroot} leads through a symlink (${links.join(', ')}): runtimes may refuse to start ` +
    'containers on it.',
  advice: ({ graphroot }) => [
    sentence('The path to write instead:'),
    command(`realpath -m ${shellWord(graphroot)}`),
    sentence('And where graphroot is set:'),
    command('crio-guard --config'),
  ],
  examples: {
    fail: [{ symlinks: { '/data': '/var/lib/crio' }, flags: ['--root', '/data/containers'] }],
    pass: [{}],
  },
});
