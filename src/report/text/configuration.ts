import type { Configuration, EffectiveStorage } from '../../config/configuration.js';
import type { GuardConfiguration } from '../../config/guard-configuration.js';
import type { CrioVersion } from '../../config/installed-crio/crio-version.js';
import type { Sourced } from '../../config/origin.js';
import type { VariableDifference } from '../../config/service/variables.js';
import { jsonText } from '../../text/json-text.js';
import { originBelow, withOrigin } from './with-origin.js';
import { escapeControls, wrap } from '../../text/wrap.js';

/** `--config --json` */
export function configurationJson(
  configuration: Configuration,
  environment: readonly VariableDifference[],
  { origins, problems }: GuardConfiguration,
): string {
  const notes = configuration.notes.map((note) =>
    'setting' in note && note.setting === 'root' ? { ...note, setting: 'graphroot' } : note,
  );
  const guard = { ...origins, problems };
  const common = { schemaVersion: 1, kind: configuration.kind, notes, environment, guard };
  switch (configuration.kind) {
    case 'resolved': {
      const { root: graphroot, ...others } = configuration.storage;
      return jsonText({ ...common, effective: { graphroot, ...others } });
    }
    case 'refused':
      return jsonText({ ...common, refusal: configuration.refusal });
    case 'unknown':
      return jsonText({ ...common, why: configuration.why });
  }
}

/** `--config`: a table of five values, each with its origin and what it overrode. */
export function configurationText(
  configuration: Configuration,
  version: CrioVersion,
  environment: readonly VariableDifference[],
  columns: number,
): string {
  const head = `# effective storage of CRI-O ${version.text}`;
  switch (configuration.kind) {
    case 'resolved':
      return `${[head, ...table(configuration.storage, columns), ...environmentLines(environment)].join('\n')}\n`;
    case 'refused': {
      const { message, cause } = configuration.refusal;
      const { file, line, key } = cause;
      const place = [file, line === undefined ? undefined : `line ${line}`, key].filter(Boolean).join(', ');
      const words = ['CRI-O refuses its configuration:', ...wrap(message, '    ', columns)];
      return `${[head, ...words, ...(place === '' ? [] : wrap(`in ${place}`, '    ', columns, '  '))].join('\n')}\n`;
    }
    case 'unknown':
      return `${[head, ...wrap(`The configuration is unknown: ${configuration.why}`, '  ', columns, '')].join('\n')}\n`;
  }
}

function table(storage: EffectiveStorage, columns: number): string[] {
  const rows: readonly (readonly [string, readonly Sourced<string>[]])[] = [
    ['graphroot', [storage.root]],
    ['runroot', [storage.runroot]],
    ['imagestore', [storage.imagestore]],
    ['driver', [storage.driver]],
    ['options', storage.options],
  ];
  return rows.flatMap(([name, values]) => {
    if (values.length === 0) return [`${name.padEnd(10)}  (none)`];
    return values.flatMap((value, index) => valueLines(index === 0 ? name : '', value, columns));
  });
}

function valueLines(name: string, { value, origin, overrode }: Sourced<string>, columns: number): string[] {
  const shown = (text: string): string => (text === '' ? '(empty)' : escapeControls(text));
  const indent = ' '.repeat(12);
  return [
    `${name.padEnd(10)}  ${shown(value)}`,
    ...originBelow(origin, indent, columns),
    ...overrode.flatMap((old) =>
      withOrigin(`${indent}over ${shown(old.value)}`, old.origin, `${indent}     `, columns),
    ),
  ];
}

/** Both environments, where they differ: what is tried in a shell is not what the service does. */
function environmentLines(differences: readonly VariableDifference[]): string[] {
  if (differences.length === 0) return [];
  const shown = (value: string | undefined): string =>
    value === undefined ? '(not set)' : escapeControls(value);
  return [
    '',
    '# variables of this shell that differ from those of crio.service, which count',
    ...differences.flatMap(({ name, service, shell }) => [
      name,
      `  crio.service  ${shown(service)}`,
      `  this shell    ${shown(shell)}`,
    ]),
  ];
}
