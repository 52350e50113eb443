import { askSystemd, CRIO_UNIT } from '../../config/service/ask-systemd.js';
import type { Host } from '../../host/host.js';
import { known } from '../../host/probe.js';
import type { ServiceFacts } from '../facts.js';

const PROPERTIES = ['After', 'RequiresMountsFor'] as const;

const ORDERING_ARGUMENTS: readonly string[] = [
  'show',
  CRIO_UNIT,
  ...PROPERTIES.map((property) => `--property=${property}`),
];

/** Whether a program called so is systemctl that is asked what crio.service waits for. */
export const asksOrdering = (args: readonly string[]): boolean =>
  args.length === ORDERING_ARGUMENTS.length &&
  ORDERING_ARGUMENTS.every((argument, at) => args[at] === argument);

/** Asks systemd what crio.service waits for. A start must not: the manager is busy with that very start. */
export async function readOrdering(host: Host): Promise<NonNullable<ServiceFacts['ordering']>> {
  const output = await askSystemd(host, 'systemctl', ORDERING_ARGUMENTS, `ask systemd about ${CRIO_UNIT}`);
  if (typeof output !== 'string') return { state: 'unknown', why: output };
  const words = (property: (typeof PROPERTIES)[number]): readonly string[] => {
    const line = output.split('\n').find((candidate) => candidate.startsWith(`${property}=`));
    return (line ?? '')
      .slice(property.length + 1)
      .split(' ')
      .filter((word) => word !== '');
  };
  return known({ after: words('After'), requiresMountsFor: words('RequiresMountsFor') });
}
