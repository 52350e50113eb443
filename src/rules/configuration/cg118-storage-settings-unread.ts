import { concernsZfs } from '../shared/zfs-concern.js';
import { defineRule, finding, notApplicable, passed, unknownAnswer } from '../rule.js';
import { shellWord } from '../../text/shell-word.js';
import { command, sentence } from '../../text/advice-line.js';

export const storageSettingsUnread = defineRule<{
  readonly files: readonly string[];
  readonly keys: readonly string[];
}>({
  code: 'CG118',
  slug: 'storage-settings-unread',
  severity: 'warning',
  certainty: 'exact',
  title: 'Storage settings are in a file that CRI-O does not read',
  explanation: [
    'CRI-O reads /etc/crio/crio.conf and every file below /etc/crio/crio.conf.d, or what --config and ' +
      '--config-dir name instead (UpdateFromFile and UpdateFromPath in pkg/config/config.go). It reads no ' +
      'other directory of /etc/crio, and none of /usr/lib, /usr/share and /run. containers/storage as CRI-O up to ' +
      '1.37 has it reads one storage.conf and no directory storage.conf.d. No program logs a warning.',
    'Programs that configure several container engines, and people, confuse the names: /etc/crio/conf.d is a ' +
      'frequent one. CRI-O then starts with another driver, or with its files in another place.',
    'Files that look like a backup are not reported. This is looked for by hand only, and where ZFS matters or such ' +
      'a file names it.',
  ],
  remedy: [
    'Move the file to /etc/crio/crio.conf.d, if its settings are intended. Show their effect with crio-guard ' +
      '--check before CRI-O is restarted.',
    'Otherwise remove it.',
  ],
  references: ['crio.conf.d(5)', 'https://github.com/NVIDIA/nvidia-container-toolkit/issues/1829'],
  messageId: 'a685fcf5d56b31f61cf0317c7bd228d1',
  since: '0.1.0',
  check(diagnosis) {
    const { unreadSettings } = diagnosis;
    if (unreadSettings === undefined) return notApplicable('it is looked for by hand only');
    if (unreadSettings.state === 'unknown') return unknownAnswer(unreadSettings.why);
    if (unreadSettings.state === 'absent') return passed;
    const found = unreadSettings.value;
    if (found.length === 0) return passed;
    if (!concernsZfs(diagnosis) && !found.some(({ namesZfs }) => namesZfs))
      return notApplicable('neither the driver nor the file system is ZFS');
    return finding({
      files: found.map(({ file }) => file),
      keys: [...new Set(found.flatMap(({ keys }) => keys))],
    });
  },
  message: ({ files, keys }) =>
    `CRI-O does not read ${files.join(' and ')}: ${keys.join(', ')} ${keys.length === 1 ? 'has' : 'have'} no effect there.`,
  advice: ({ files }) => [
    command(
      `grep -nE ${shellWord('root|storage|driver|graph')} -- ${files.map((file) => shellWord(file)).join(' ')}`,
    ),
    sentence('Show the values that CRI-O uses, and their origins:'),
    command('crio-guard --config'),
    sentence(
      'Move what is intended to /etc/crio/crio.conf.d, then look at its effect before CRI-O is restarted:',
    ),
    command('crio-guard --check'),
  ],
  examples: {
    fail: [
      {
        files: { '/etc/crio/conf.d/99-nvidia.toml': '[crio]\nstorage_driver = "zfs"\n' },
        driver: 'overlay',
        graphroot: '/srv/c',
      },
      { files: { '/etc/crio/crio.d/10-root.conf': '[crio]\nroot = "/srv/crio"\n' } },
      {
        files: {
          '/usr/share/crio/crio.conf.d/10-zfs': '[crio]\nstorage_option = ["zfs.fsname=tank/crio"]\n',
        },
      },
      { files: { '/etc/crio/10-zfs.conf': '[storage.options.zfs]\nfsname = "tank/crio"\n' } },
      {
        flags: ['--config-dir=/etc/crio/conf.d'],
        files: {
          '/etc/crio/crio.conf.d/10-zfs.conf': '[crio]\nstorage_driver = "zfs"\n',
          '/etc/crio/conf.d/': '',
        },
      },
    ],
    pass: [
      {},
      {
        files: {
          '/etc/crio/conf.d/10-a.conf': '[crio.runtime]\nlog_level = "info"\n',
          '/etc/crio/policies/10-a.json': '{}',
          '/etc/crio/crio.conf.d.bak/10-a.conf': '[crio]\nroot = "/srv/crio"\n',
          '/etc/crio/crio.conf.d/sub/10-a.conf': '[crio]\nstorage_driver = "zfs"\n',
        },
      },
      {
        flags: ['--config', '/etc/crio/node.conf', '--config-dir=/etc/crio/conf.d/'],
        files: {
          '/etc/crio/node.conf': '[crio]\nstorage_driver = "zfs"\n',
          '/etc/crio/conf.d/10-zfs.conf': '[crio]\nstorage_driver = "zfs"\n',
        },
      },
      {
        driver: 'overlay',
        graphroot: '/srv/c',
        files: { '/etc/crio/conf.d/10-a.conf': '[crio]\nroot = "/srv/crio"\n' },
      },
    ],
  },
});
