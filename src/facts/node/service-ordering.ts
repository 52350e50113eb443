import type { Host } from '../../host/host.js';
import { chainProbe, known, unknown } from '../../host/probe.js';
import type { ServiceFacts } from '../facts.js';
import { findTool } from '../../host/look-path.js';

const PROPERTIES = ['After', 'RequiresMountsFor'] as const;

export const ORDERING_ARGUMENTS: readonly string[] = [
  'show',
  'crio.service',
  ...PROPERTIES.map((property) => `--property=${property}`),
];

/** Asks systemd what crio.service waits for. A start must not: the manager is busy with that very start. */
export async function readOrdering(host: Host): Promise<NonNullable<ServiceFacts['ordering']>> {
  const systemctl = await findTool(host, 'systemctl');
  if (systemctl.state !== 'known') return systemctl;
  return chainProbe(await host.run(systemctl.value, ORDERING_ARGUMENTS), ({ exitCode, stdout, stderr }) => {
    if (exitCode !== 0) return unknown('failed', 'ask systemd about crio.service', stderr.trim());
    const words = (property: (typeof PROPERTIES)[number]): readonly string[] => {
      const line = stdout.split('\n').find((candidate) => candidate.startsWith(`${property}=`));
      return (line ?? '')
        .slice(property.length + 1)
        .split(' ')
        .filter((word) => word !== '');
    };
    return known({ after: words('After'), requiresMountsFor: words('RequiresMountsFor') });
  });
}
