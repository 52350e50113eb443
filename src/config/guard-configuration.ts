import {
  GUARD_SCHEMA,
  type GivenValue,
  type GuardKey,
  type GuardSetting,
  type GuardSettings,
} from './guard-settings.js';
import type { ProbeFailure } from '../host/probe.js';
import { BUILT_IN, overriding, sourced, type Origin, type Sourced } from './origin.js';

/** The settings as one run uses them. */
export interface GuardConfiguration extends GuardSettings {
  /** Each setting with the file or variable that sets it. */
  readonly origins: GuardOrigins;
  /** What is wrong with the configuration, one sentence each. With any of these nothing is corrected. */
  readonly problems: readonly string[];
  /** Those of the problems that leave open what is configured: no answer came, or not to this user. */
  readonly unread: readonly ProbeFailure[];
}

export type GuardOrigins = { readonly [Key in GuardKey]: Sourced<GuardSettings[Key]> };

/** Nothing is corrected until the file is right: what was meant may have forbidden it. */
export const mayChange = ({ problems }: GuardConfiguration): boolean => problems.length === 0;

/** Why nothing is corrected, where {@link mayChange} says no. */
export const whyUnchanged = ({ problems, unread }: GuardConfiguration): string =>
  `the configuration of crio-guard ${unread.length > 0 ? 'is unknown' : 'has a mistake'}: ${problems.join('; ')}`;

/** What one place says about one key. */
export interface GuardStatement {
  readonly key: GuardKey;
  /** Undefined for what no key can be. */
  readonly given: GivenValue | undefined;
  readonly origin: Origin;
}

export interface GuardStatements {
  /** In the order of their reading: the later wins. */
  readonly statements: GuardStatement[];
  readonly problems: string[];
  readonly unread: ProbeFailure[];
}

export function guardConfigurationOf({ statements, problems, unread }: GuardStatements): GuardConfiguration {
  const origins: GuardOrigins = {
    mode: settle('mode', statements),
    corrections: settle('corrections', statements),
    subdirectory: settle('subdirectory', statements),
    ignore: settle('ignore', statements),
    deadline: settle('deadline', statements),
    space_minimum: settle('space_minimum', statements),
    space_percent: settle('space_percent', statements),
    space_plenty: settle('space_plenty', statements),
    datasets_maximum: settle('datasets_maximum', statements),
  };
  return {
    mode: origins.mode.value,
    corrections: origins.corrections.value,
    subdirectory: origins.subdirectory.value,
    ignore: origins.ignore.value,
    deadline: origins.deadline.value,
    space_minimum: origins.space_minimum.value,
    space_percent: origins.space_percent.value,
    space_plenty: origins.space_plenty.value,
    datasets_maximum: origins.datasets_maximum.value,
    origins,
    problems,
    unread,
  };
}

/** What all statements about a key come to. */
function settle<Key extends GuardKey>(
  key: Key,
  statements: readonly GuardStatement[],
): Sourced<GuardSettings[Key]> {
  const setting: GuardSetting<GuardSettings[Key]> = GUARD_SCHEMA[key];
  return statements
    .filter((statement) => statement.key === key)
    .reduce<Sourced<GuardSettings[Key]>>(
      (earlier, { given, origin }) => {
        const value = given === undefined ? undefined : setting.accept(given);
        if (value === undefined) return overriding(earlier, setting.initial, BUILT_IN);
        const isJoined = origin.kind === 'file' && earlier.origin.kind === 'file';
        return overriding(
          earlier,
          isJoined ? (setting.join?.(earlier.value, value) ?? value) : value,
          origin,
        );
      },
      sourced(setting.initial, BUILT_IN),
    );
}

/** Nothing is configured. */
export const DEFAULT_GUARD_CONFIGURATION: GuardConfiguration = guardConfigurationOf({
  statements: [],
  problems: [],
  unread: [],
});
