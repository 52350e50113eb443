import { wrap } from '../text/wrap.js';
import { COMMANDS, MODIFIERS, type OptionText } from './options.js';

const CRIO_FLAGS: OptionText = {
  flag: '-- CRI-O FLAGS',
  text: 'with --check, --config, --record: use these flags instead of those of crio.service',
};

const EXIT_CODES =
  'Exit codes: 0 ok or warnings, 1 error, 2 unknown (something could not be determined), 64 usage.';

/** Columns before the text of an option. */
const MARGIN = 21;

/** `--help`, from the table of the options. */
export function helpText(columns: number): string {
  const row = ({ flag, value, text }: OptionText): string[] => {
    const name = `  ${value === undefined ? flag : `${flag} ${value}`}`;
    return wrap(text, ' '.repeat(MARGIN), columns, `${name.padEnd(MARGIN - 2)}  `);
  };
  return [
    ...wrap('Usage: crio-guard [COMMAND] [OPTIONS] [-- CRI-O FLAGS]', '  ', columns, ''),
    ...wrap("Checks and corrects CRI-O's storage on ZFS before CRI-O starts.", '', columns),
    '',
    'Commands:',
    ...COMMANDS.flatMap(row),
    '',
    'Options:',
    ...[...MODIFIERS, CRIO_FLAGS].flatMap(row),
    '',
    ...wrap(EXIT_CODES, '  ', columns, ''),
    ...wrap(
      'Manual: crio-guard(8), crio-guard.conf(5), crio-guard-dbus(5), crio-guard-rules(7).',
      '  ',
      columns,
      '',
    ),
    '',
  ].join('\n');
}
