import { complaintOf, type Host } from '../host/host.js';
import { findTool } from '../host/look-path.js';
import { describeFailure } from '../host/probe.js';

export type ToolRun =
  | { readonly kind: 'done' }
  /** `unfinished`: it did not end before the deadline, and may still do its work later. */
  | { readonly kind: 'failed'; readonly why: string; readonly unfinished: boolean };

const failed = (why: string, unfinished = false): ToolRun => ({ kind: 'failed', why, unfinished });

/** Runs a tool that changes the machine. */
export async function runTool(host: Host, name: string, args: readonly string[]): Promise<ToolRun> {
  const found = await findTool(host, name);
  if (found.state !== 'known') return failed(`${name} was not found`);
  const answer = await host.run(found.value, args, { changes: true });
  if (answer.state === 'absent') return failed(`${name} was not found`);
  if (answer.state === 'unknown') {
    return failed(describeFailure(answer.why), answer.why.kind === 'timeout');
  }
  if (answer.value.exitCode === 0) return { kind: 'done' };
  return failed(`${[name, ...args].join(' ')}: ${complaintOf(answer.value)}`);
}
