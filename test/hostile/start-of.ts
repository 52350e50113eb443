import { parseRecord } from '../../src/text/json-record.js';
import type { BuiltProgram, RunHow } from '../cli/built-program.js';
import type { Fault } from './fault.js';

/** Milliseconds after which a run counts as one that hangs. */
const LATE = 20_000;

const STACK = /internal error|itself failed|^\s+at /m;

/** Where a run of the built program prints a stack trace, or does not end in time. */
export function faultOfRun(
  node: BuiltProgram,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  how: RunHow = {},
): { readonly fault: Fault | undefined; readonly stdout: string; readonly status: number | null } {
  const began = Date.now();
  const { status, stdout, stderr } = node.run(args, environment, how);
  const isLate = status === null || Date.now() - began > LATE;
  const fault = isLate ? 'hang' : STACK.test(stderr + stdout) ? 'exception' : undefined;
  return { fault, stdout, status };
}

/** The start of CRI-O on a node on which CRI-O starts. @returns undefined when all is well */
export function faultOfStart(
  node: BuiltProgram,
  environment: Readonly<Record<string, string>> = {},
  how: RunHow = {},
): Fault | undefined {
  const { fault, stdout, status } = faultOfRun(node, ['--prestart'], environment, how);
  if (fault !== undefined) return fault;
  if (stdout !== '') return 'stop without proof';
  if (status !== 0) return 'exception';
  const report = parseRecord(node.read('/run/crio-guard/report.json') ?? '');
  return report?.['verdict'] === 'error' ? 'exact error from a broken answer' : undefined;
}
