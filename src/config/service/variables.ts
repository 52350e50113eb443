import type { Host } from '../../host/host.js';
import { valueOf } from '../../host/probe.js';
import type { Invocation } from './invocation.js';
import { STORAGE_VARIABLES } from './storage-variables.js';

/** A variable that differs between crio.service and the environment of crio-guard. */
export interface VariableDifference {
  readonly name: string;
  /** What CRI-O gets; absent when it is not set there. */
  readonly service?: string;
  /** What this shell has, and CRI-O does not see. */
  readonly shell?: string;
}

/** For administrators who try things in a shell: the service does not see the shell's variables. */
export function variableDifferences(host: Host, invocation: Invocation): readonly VariableDifference[] {
  return STORAGE_VARIABLES.flatMap((name) => {
    const service = invocation.environment.get(name);
    const shell = valueOf(host.environment(name));
    if (service === shell) return [];
    return [
      { name, ...(service === undefined ? {} : { service }), ...(shell === undefined ? {} : { shell }) },
    ];
  });
}
