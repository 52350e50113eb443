import type { Host } from '../host/host.js';
import { askCrio } from './installed-crio/crio-config.js';
import type { Configuration, RefusalClass } from './configuration.js';
import { resolveConfiguration } from './effective.js';
import type { CrioVersion } from './installed-crio/crio-version.js';
import type { Invocation } from './service/invocation.js';
import { sourced, type Origin } from './origin.js';
import { refusalOf } from './refusal.js';

const ASKED: Origin = { kind: 'crio' };

/** Whether {@link settleWithCrio} has something to settle. */
export function needsCrio(configuration: Configuration): boolean {
  if (configuration.outcome === 'resolved') return false;
  return configuration.outcome === 'unknown' || configuration.refusal.doubt !== undefined;
}

/**
 * CRI-O's configuration: followed here, and settled by the installed CRI-O where that leaves a doubt. Every
 * command takes this path.
 */
export async function configurationOf(
  host: Host,
  invocation: Invocation,
  version: CrioVersion,
): Promise<Configuration> {
  return settleWithCrio(host, invocation, await resolveConfiguration(host, invocation, version));
}

/**
 * Lets the installed CRI-O decide what is in doubt. It is not asked about what is certain. Without an answer the
 * configuration stays unknown.
 */
export async function settleWithCrio(
  host: Host,
  invocation: Invocation,
  configuration: Configuration,
): Promise<Configuration> {
  if (!needsCrio(configuration)) return configuration;
  const { notes } = configuration;
  const answer = await askCrio(host, invocation);
  switch (answer.kind) {
    case 'refused':
      return { outcome: 'refused', refusal: refusalOfMessage(answer.message), notes };
    case 'resolved': {
      const { root, runroot, imagestore, driver, options } = answer.storage;
      const storage = {
        root: sourced(root, ASKED),
        runroot: sourced(runroot, ASKED),
        imagestore: sourced(imagestore, ASKED),
        driver: sourced(driver, ASKED),
        options: options.map((option) => sourced(option, ASKED)),
      };
      return { outcome: 'resolved', storage, notes };
    }
    case 'unavailable': {
      const ours = configuration.outcome === 'unknown' ? `${configuration.why}, and ` : '';
      return { outcome: 'unknown', why: `${ours}CRI-O could not be asked: ${answer.why}`, notes };
    }
  }
}

const CLASSES: readonly (readonly [RegExp, RefusalClass])[] = [
  [/^error loading server config: (?:runroot|graphroot) must be set/, 'C1'],
  [/^error loading server config: toml: /, 'C2'],
  [/^error loading server config: (?:stat|faccessat) /, 'C3'],
  [/^error loading server config: read .*: is a directory/, 'C4'],
  [/^error loading server config: imagestore /, 'C5'],
  [/: update config from drop-in file: open /, 'C7'],
  [/: update config from drop-in file: /, 'C6'],
  [/: walk path: unable to decode configuration /, 'C8'],
  [/: walk path: read .*: is a directory/, 'C10'],
  [/: walk path: /, 'C9'],
  [/^(?:flag |bad flag syntax|invalid (?:boolean )?value |Cannot use two forms|could not parse |command )/, 'flag'],
]; // prettier-ignore

/** Finds class, file, line and key in CRI-O's own words. */
function refusalOfMessage(message: string): ReturnType<typeof refusalOf> {
  const row = CLASSES.find(([pattern]) => pattern.test(message))?.[1] ?? 'other';
  const file =
    /unable to decode configuration (.*?): toml: /.exec(message)?.[1] ??
    /: (?:open|read|stat|lstat) (.*): [^:]*$/.exec(message)?.[1];
  const line = /toml: line (\d+)/.exec(message)?.[1];
  const key = /\(last key "((?:[^"\\]|\\.)*)"\)/.exec(message)?.[1];
  return refusalOf(row, message, {
    line: line === undefined ? undefined : Number(line),
    ...(file === undefined ? {} : { file }),
    ...(key === undefined ? {} : { key }),
  });
}
