import { describeOrigin } from '../../config/origin.js';
import { innerCause } from '../../driver/cause.js';
import { defineRule, finding, passed } from '../rule.js';
import { dropInCommand, listSetting } from '../shared/setting.js';
import { notesOfKind } from './notes-of-kind.js';
import { command, sentence } from '../../text/advice-line.js';

export const optionSplit = defineRule<{
  readonly part: string;
  readonly from: string;
  readonly words: string;
}>({
  code: 'CG114',
  slug: 'option-split',
  severity: 'error',
  certainty: 'exact',
  title: 'A storage option is split at a comma',
  explanation: [
    'In --storage-opt and CONTAINER_STORAGE_OPT a comma always separates options (urfave/cli); an option ' +
      'cannot contain one. "zfs.mountopt=nodev,noatime" becomes two options, and the second, without "=", ' +
      'is refused: "unable to parse key/value option: noatime".',
    'In crio.conf and storage.conf, an option in quotes can contain a comma.',
  ],
  remedy: [
    'Write the option to storage_option in a file in crio.conf.d, and remove the flag: a flag replaces ' +
      'the whole list.',
  ],
  references: ['crio(8), --storage-opt', 'crio.conf(5), storage_option'],
  messageId: '523ece75a0af105d75f962e26ea671b1',
  since: '0.1.0',
  check: (diagnosis) => {
    const [note] = notesOfKind(diagnosis, 'split-option');
    const { prediction } = diagnosis;
    if (note === undefined || prediction.outcome !== 'fails') return passed;
    if (innerCause(prediction.cause).kind !== 'option-without-value') return passed;
    return finding({ part: note.value, from: describeOrigin(note.origin), words: prediction.words });
  },
  message: ({ part, from, words }) =>
    `CRI-O splits the ${from} at its commas, which makes ${JSON.stringify(part)} a separate option, and ` +
    `refuses that: ${words}`,
  advice: () => [
    sentence('Set all options in a drop-in instead, each in its own quotes:'),
    dropInCommand('CG114', listSetting('storage_option', 'zfs.mountopt=nodev,noatime')),
    sentence('Then remove the flag or variable, which replaces the list:'),
    command('systemctl cat crio.service'),
  ],
  examples: {
    fail: [{ flags: ['--storage-opt', 'zfs.mountopt=nodev,noatime'] }],
    pass: [{}, { flags: ['--storage-opt', 'zfs.fsname=tank/crio,zfs.mountopt=nodev'] }],
  },
});
