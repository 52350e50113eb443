import type { Host } from '../../host/host.js';
import { valueOf } from '../../host/probe.js';
import type { Invocation } from './invocation.js';

/** Variables that CRI-O's storage configuration depends on (contract 3.1, 3.2). */
export const STORAGE_VARIABLES = [
  'CONTAINER_CONFIG',
  'CONTAINER_CONFIG_DIR',
  'CONTAINER_IMAGESTORE',
  'CONTAINER_ROOT',
  'CONTAINER_RUNROOT',
  'CONTAINER_STORAGE_DRIVER',
  'CONTAINER_STORAGE_OPT',
  'CONTAINERS_STORAGE_CONF',
  'STORAGE_DRIVER',
  'STORAGE_OPTS',
  'XDG_CONFIG_HOME',
] as const;

/** A variable that crio.service and the environment crio-guard was called in do not agree on. */
export interface VariableDifference {
  readonly name: string;
  /** What CRI-O gets; absent when it is not set there. */
  readonly service?: string;
  /** What this shell has, and CRI-O does not see. */
  readonly shell?: string;
}

/** What an administrator who tries things in a shell should know: the service does not see its variables. */
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
