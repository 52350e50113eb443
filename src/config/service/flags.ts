import { isGoDuration } from '../../text/go-duration.js';
import { CRIO_FLAGS, type FlagDefinition } from './crio-flags.js';
import { goParseBool, goQuote, goTrimSpace } from '../../text/go-text.js';
import type { Origin } from '../origin.js';
import { variableOrigin } from './unit-environment.js';

/** The values of a flag and their origin: the command line, or the variable of the flag. */
export interface FlagValue {
  readonly values: readonly string[];
  readonly origin: Origin;
}

export type CommandLine =
  | {
      readonly kind: 'parsed';
      /** By the flag's full name. */
      readonly flags: ReadonlyMap<string, FlagValue>;
      readonly arguments: readonly string[];
    }
  | {
      readonly kind: 'refused';
      readonly message: string;
      readonly key: string;
      /** No known version has this flag. */
      readonly isUnknownFlag: boolean;
    };

const BY_NAME: ReadonlyMap<string, FlagDefinition> = new Map(
  CRIO_FLAGS.flatMap((flag) => [flag.name, flag.alias ?? flag.name].map((name) => [name, flag] as const)),
);

/**
 * Reads CRI-O's command line as urfave/cli v2 does on top of Go's flag package: one dash or two, a value
 * after `=` or in the next argument; `--` and the first argument that is not a flag end the flags. A list is
 * split at commas; the command line replaces the variable.
 */
export function parseCommandLine(
  args: readonly string[],
  environment: ReadonlyMap<string, string>,
): CommandLine {
  const flags = new Map<string, FlagValue>();
  for (const flag of CRIO_FLAGS) {
    const value = flag.variable === undefined ? undefined : environment.get(flag.variable);
    if (flag.variable === undefined || value === undefined) continue;
    const problem = value === '' ? undefined : problemOf(flag, value);
    if (problem !== undefined) {
      const source = `environment variable ${goQuote(flag.variable)}`;
      const type = flag.type === 'boolean' ? 'bool' : flag.type === 'number' ? 'int' : flag.type;
      const message = `could not parse ${goQuote(value)} as ${type} value from ${source} for flag ${flag.name}: ${problem}`;
      return { kind: 'refused', message, key: flag.variable, isUnknownFlag: false };
    }
    const origin = variableOrigin(environment, flag.variable);
    flags.set(flag.name, { values: valuesOf(flag, value), origin });
  }
  return parseArguments(args, flags);
}

function parseArguments(args: readonly string[], flags: Map<string, FlagValue>): CommandLine {
  const used = new Map<string, string>();
  let index = 0;
  while (index < args.length) {
    const argument = args[index] ?? '';
    if (argument.length < 2 || !argument.startsWith('-')) break;
    index++;
    if (argument === '--') break;
    const text = argument.slice(argument.startsWith('--') ? 2 : 1);
    if (text.startsWith('-') || text.startsWith('=')) return refuse(`bad flag syntax: ${argument}`, argument);
    const equals = text.indexOf('=');
    const name = equals < 0 ? text : text.slice(0, equals);
    const flag = BY_NAME.get(name);
    if (flag === undefined) return refuse(`flag provided but not defined: -${name}`, argument, true);
    let value = equals < 0 ? undefined : text.slice(equals + 1);
    if (value === undefined) {
      if (flag.type === 'boolean') value = 'true';
      else if (index < args.length) value = args[index++] ?? '';
      else return refuse(`flag needs an argument: -${name}`, argument);
    }
    const problem = problemOf(flag, value);
    if (problem !== undefined) {
      const quoted = goQuote(value);
      return refuse(
        flag.type === 'boolean'
          ? `invalid boolean value ${quoted} for -${name}: parse error`
          : `invalid value ${quoted} for flag -${name}: parse error`,
        argument,
      );
    }
    const earlier = used.get(flag.name);
    if (earlier !== undefined && earlier !== name) {
      return refuse(`Cannot use two forms of the same flag: ${flag.alias ?? name} ${flag.name}`, argument);
    }
    const before = earlier !== undefined && flag.type === 'list' ? (flags.get(flag.name)?.values ?? []) : [];
    used.set(flag.name, name);
    const origin: Origin = { kind: 'flag', flag: `${argument.startsWith('--') ? '--' : '-'}${name}` };
    flags.set(flag.name, { values: [...before, ...valuesOf(flag, value)], origin });
  }
  for (const name of ['help', 'version']) {
    if (flags.get(name)?.values[0] === 'true') {
      return refuse(`--${name} makes CRI-O print and end`, `--${name}`);
    }
  }
  return { kind: 'parsed', flags, arguments: args.slice(index) };
}

function refuse(message: string, key: string, isUnknownFlag = false): CommandLine {
  return { kind: 'refused', message, key, isUnknownFlag };
}

function valuesOf(flag: FlagDefinition, value: string): string[] {
  return flag.type === 'list' ? value.split(',').map(goTrimSpace) : [value];
}

const NUMBER = /^[+-]?(?:0[xX][\da-fA-F]+|0[oO]?[0-7]+|0[bB][01]+|0|[1-9]\d*)$/;

function problemOf(flag: FlagDefinition, value: string): string | undefined {
  switch (flag.type) {
    case 'boolean':
      return goParseBool(value) === undefined
        ? `strconv.ParseBool: parsing ${goQuote(value)}: invalid syntax`
        : undefined;
    case 'number':
      return NUMBER.test(value.replace(/_/g, ''))
        ? undefined
        : `strconv.ParseInt: parsing ${goQuote(value)}: invalid syntax`;
    case 'duration':
      return isGoDuration(value) ? undefined : `time: invalid duration ${goQuote(value)}`;
    case 'string':
    case 'list':
      return undefined;
  }
}
