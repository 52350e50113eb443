import { complaintOf, type Host } from '../../host/host.js';
import { findTool } from '../../host/look-path.js';
import { describeFailure, unknown, valueOf, type ProbeFailure } from '../../host/probe.js';
import { parseBusCommand, parseUnit, UNIT_PROPERTIES, type Unit } from './unit.js';

export const CRIO_UNIT = 'crio.service';

/** Asks systemd about the properties of a service. */
export async function readUnit(host: Host, name = CRIO_UNIT): Promise<Unit | ProbeFailure> {
  const question = `ask systemd about ${name}`;
  const args = ['show', name, ...UNIT_PROPERTIES.flatMap((property) => ['-p', property])];
  const output = await askSystemd(host, 'systemctl', args, question);
  if (typeof output !== 'string') return output;
  return parseUnit(output) ?? unknown('unreadable', question, 'cannot parse its answer').why;
}

/** Asks for the arguments of ExecStart one by one: `systemctl show` joins them with blanks. */
export async function readExactWords(host: Host, name: string): Promise<readonly string[] | ProbeFailure> {
  const object = `/org/freedesktop/systemd1/unit/${name.replace(/[^A-Za-z0-9]/g, escapeByte)}`;
  const property = ['org.freedesktop.systemd1', object, 'org.freedesktop.systemd1.Service', 'ExecStart'];
  const question = `ask for the exact arguments of ${name}`;
  const output = await askSystemd(host, 'busctl', ['--json=short', 'get-property', ...property], question);
  if (typeof output !== 'string') return output;
  return parseBusCommand(output) ?? unknown('unreadable', question, 'cannot parse the answer').why;
}

/** sd_bus_path_encode */
const escapeByte = (character: string): string => `_${character.charCodeAt(0).toString(16).padStart(2, '0')}`;

/** @returns what the tool of systemd prints, or why it did not answer */
export async function askSystemd(
  host: Host,
  tool: 'systemctl' | 'busctl',
  args: readonly string[],
  question: string,
): Promise<string | ProbeFailure> {
  const program = valueOf(await findTool(host, tool)) ?? `/usr/bin/${tool}`;
  const answer = await host.run(program, args);
  if (answer.state === 'absent') return unknown('failed', question, 'the program is missing').why;
  if (answer.state === 'unknown') return unknown('depends', question, describeFailure(answer.why)).why;
  const { exitCode, stdout, stderr } = answer.value;
  return exitCode === 0 ? stdout : unknown('failed', question, complaintOf({ exitCode, stderr })).why;
}
