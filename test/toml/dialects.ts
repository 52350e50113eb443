import { crioVersion } from '../../src/config/installed-crio/crio-version.js';
import { dialectOf } from '../../src/config/installed-crio/toml-dialect.js';

/** The dialects of toml 1.3.2, 1.4.0, 1.5.0 and 1.6.0, by the versions of CRI-O that vendor them. */
export const TOML_1_3 = dialectOf(crioVersion('1.30.0', 1, 30, 0));
export const TOML_1_4 = dialectOf(crioVersion('1.31.0', 1, 31, 0));
export const TOML_1_5 = dialectOf(crioVersion('1.33.0', 1, 33, 0));
