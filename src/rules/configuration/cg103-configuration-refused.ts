import { defineRule, finding } from '../rule.js';
import { shellWord } from '../../text/shell-word.js';
import { strayKind } from './cg102-stray-file-stops.js';
import type { RefusalCause } from '../../config/refusal.js';
import { nothingNoted, placeOf } from './notes-of-kind.js';
import { command, sentence } from '../../text/advice-line.js';

type Mistake = 'content' | 'missing' | 'directory' | 'imagestore' | 'other';

export const configurationRefused = defineRule<{
  readonly file: string;
  readonly line: number;
  readonly key: string;
  readonly words: string;
  readonly kind: Mistake;
}>({
  code: 'CG103',
  slug: 'configuration-refused',
  severity: 'error',
  certainty: 'exact',
  title: 'CRI-O refuses its configuration',
  explanation: [
    'CRI-O reads storage.conf first, then crio.conf and everything in crio.conf.d, and stops at the first ' +
      'error: a TOML syntax error, a value of the wrong type, a duplicate key or table, a missing file that ' +
      'a flag or a variable names, an imagestore equal to graphroot.',
    'An error in storage.conf is fatal even if crio.conf sets every value: CRI-O computes the defaults ' +
      'first (DefaultConfig in pkg/config/config.go).',
    'CRI-O up to 1.35.0 reads TOML 1.0. CRI-O 1.35.1 and later read TOML 1.1, which allows line breaks in ' +
      'inline tables.',
  ],
  remedy: [
    'Correct the line and key named in the message.',
    'To test the result, run "crio config". It reads the same files as the service and changes nothing.',
  ],
  references: ['crio.conf(5)', 'containers-storage.conf(5)', 'https://toml.io/en/v1.0.0'],
  messageId: '659150c018a3d262fa7ed04d9b0202e2',
  since: '0.1.0',
  check: (diagnosis) => {
    const { configuration } = diagnosis;
    if (configuration.kind !== 'refused') return nothingNoted(diagnosis);
    const { cause, reason } = configuration.refusal;
    const kind = KINDS[cause.kind];
    if (kind === undefined || strayKind(diagnosis, cause) !== undefined) return nothingNoted(diagnosis);
    const { file = '', line = 0, key = '' } = cause;
    return finding({ file, line, key, words: reason, kind });
  },
  message: ({ file, line, key, words }) => {
    const place = file === '' ? '' : ` ${placeOf(line === 0 ? { file } : { file, line })}`;
    const named = key === '' ? '' : `, key ${key}`;
    return place === ''
      ? `CRI-O refuses its configuration: ${words}`
      : `CRI-O refuses${place}${named}: ${words}`;
  },
  advice: ({ file, line, kind }) => {
    if (kind === 'missing') {
      return [
        sentence('Show where the file is named:'),
        command('systemctl show crio.service -p ExecStart -p Environment -p EnvironmentFiles'),
        ...(file === '' ? [] : [command(`ls -l ${shellWord(file)}`)]),
      ];
    }
    const from = Math.max(1, line - 2);
    return [
      ...(file === '' || kind === 'directory' || line === 0
        ? []
        : [command(`sed -n '${from},${line + 2}p' ${shellWord(file)}`)]),
      ...(kind === 'directory' ? [command(`ls -ld ${shellWord(file)}`)] : []),
      sentence('Then test the configuration and restart CRI-O:'),
      command('crio config > /dev/null && systemctl restart crio'),
    ];
  },
  examples: {
    fail: [
      { files: { '/etc/crio/crio.conf.d/10-storage.conf': '[crio]\nroot = 5\n' } },
      { files: { '/etc/containers/storage.conf': '[storage]\ndriver = zfs\n' } },
      { flags: ['--config', '/etc/crio/nowhere.conf'] },
    ],
    pass: [{}],
  },
});

/** Causes that have another rule are left out. */
const KINDS: Readonly<Partial<Record<RefusalCause['kind'], Mistake>>> = {
  'storage-conf-broken': 'content',
  'storage-conf-missing': 'missing',
  'storage-conf-is-directory': 'directory',
  'imagestore-is-graphroot': 'imagestore',
  'crio-conf-broken': 'content',
  'crio-conf-missing': 'missing',
  'drop-in-broken': 'content',
  unrelated: 'other',
};
