import type { TomlDialect } from '../../toml/dialect.js';
import type { CrioVersion } from './crio-version.js';

/** Switches TOML 1.1 on in versions before it, whatever its value (toml lex.go, an init function). */
export const TOML_11_VARIABLE = 'BURNTSUSHI_TOML_110';

/** @param switchedOn {@link TOML_11_VARIABLE} is set */
export function dialectOf({ behaviour }: CrioVersion, switchedOn = false): TomlDialect {
  return {
    toml11: behaviour.toml11 || switchedOn,
    letterKeys: switchedOn && behaviour.toml11BareKeys,
    arraysMayRepeat: behaviour.arraysMayRepeat,
    refusesReplacementCharacter: !behaviour.acceptsReplacementCharacter,
    oneDigitHours: behaviour.oneDigitHours,
    countsLineOfNewline: behaviour.countsLineOfNewline,
    hexadecimal: behaviour.spellsHexadecimal ? 'hexadecimal' : 'hexidecimal',
    anyType: behaviour.saysAny ? 'any' : 'interface {}',
    datetimeWords: behaviour.saysInvalidDatetime ? 'invalid datetime' : 'Invalid TOML Datetime',
  };
}
