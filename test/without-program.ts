import { spawnSync } from 'node:child_process';

/** Why a test that needs the program is left out; false where the program is installed. */
export const withoutProgram = (program: string): string | false =>
  spawnSync(program, ['--version']).error === undefined ? false : `${program} is not installed`;
