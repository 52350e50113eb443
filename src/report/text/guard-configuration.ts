import type { GuardConfiguration } from '../../config/guard-configuration.js';
import { GUARD_KEYS, GUARD_SCHEMA, type GivenValue, type GuardKey } from '../../config/guard-settings.js';
import type { Sourced } from '../../config/origin.js';
import { escapeControls, wrap } from '../../text/wrap.js';
import { originBelow, withOrigin } from './with-origin.js';

const WIDTH = Math.max(...GUARD_KEYS.map((key) => key.length)) + 2;
const INDENT = ' '.repeat(WIDTH);

/** `--config`: each key of crio-guard's own configuration, with its origin and what it overrode. */
export function guardConfigurationText({ origins, problems }: GuardConfiguration, columns: number): string {
  const lines = [
    '',
    '# settings of crio-guard on this machine',
    ...GUARD_KEYS.flatMap((key) => settingLines(key, origins[key], columns)),
    ...(problems.length === 0
      ? []
      : [
          '',
          '# mistakes; nothing is corrected until they are gone',
          ...problems.flatMap((problem) => wrap(problem, '  ', columns, '')),
        ]),
  ];
  return `${lines.join('\n')}\n`;
}

function settingLines(
  key: GuardKey,
  { value, origin, overrode }: Sourced<GivenValue>,
  columns: number,
): readonly string[] {
  const isJoined = GUARD_SCHEMA[key].join !== undefined && origin.kind === 'file';
  const earlier = overrode.filter((old) => old.origin.kind !== 'built-in');
  const [first = '', ...more] = shown(value, columns);
  return [
    key.padEnd(WIDTH) + first,
    ...more.map((line) => INDENT + line),
    ...originBelow(origin, INDENT, columns),
    ...earlier.flatMap((old) =>
      withOrigin(
        `${INDENT}${isJoined ? 'with' : 'over'} ${shown(old.value, columns).join(' ')}`,
        old.origin,
        `${INDENT}     `,
        columns,
      ),
    ),
  ];
}

function shown(value: GivenValue, columns: number): readonly string[] {
  if (typeof value !== 'object') return [escapeControls(String(value))];
  return value.length === 0 ? ['(none)'] : wrap(value.join(' '), '', columns - WIDTH, '');
}
