import type { Host } from '../../host/host.js';
import type { ProbeFailure } from '../../host/probe.js';
import { CRIO_FLAGS } from './crio-flags.js';
import { STORAGE_VARIABLES } from './storage-variables.js';

/** Variables that CRI-O and containers/storage read beside those of CRI-O's flags. */
const VARIABLES = [
  ...STORAGE_VARIABLES,
  'PATH',
  'HOME',
  'UID',
  'CONTAINERS_STORAGE_CONF_OVERRIDE',
  'CONTAINERS_CONF',
];

/** The environment of this process, read by name: storage.conf may refer to any variable. */
export class InheritedEnvironment extends Map<string, string> {
  failure: ProbeFailure | undefined;

  constructor(private readonly host: Host) {
    super();
    for (const name of [...VARIABLES, ...CRIO_FLAGS.flatMap(({ variable }) => variable ?? [])])
      this.get(name);
  }

  override get(name: string): string | undefined {
    const known = super.get(name);
    if (known !== undefined) return known;
    const value = this.host.environment(name);
    if (value.state === 'unknown') this.failure ??= value.why;
    if (value.state !== 'known') return undefined;
    super.set(name, value.value);
    return value.value;
  }

  override has(name: string): boolean {
    return this.get(name) !== undefined;
  }
}
