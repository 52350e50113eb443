import type { CrioVersion } from '../config/installed-crio/crio-version.js';
import { askInstalledVersion, type RememberedVersion } from '../config/installed-crio/installed-version.js';
import type { GuardConfiguration } from '../config/guard-configuration.js';
import { readInvocation, type Invocation } from '../config/service/invocation.js';
import { diagnose } from './diagnose.js';
import type { Host } from '../host/host.js';
import { known, type Probe } from '../host/probe.js';
import type { Progress } from './progress.js';
import { RememberingHost } from '../host/remembering-host.js';
import type { Diagnosis, GuardState } from '../rules/rule.js';

export interface CheckRequest {
  /** In ExecStartPre the environment we inherit is the one CRI-O will get. */
  readonly inherited: boolean;
  readonly crioFlags: readonly string[] | undefined;
  readonly crioVersion: CrioVersion | undefined;
  readonly deep: boolean;
  /** Shown while a deep look goes on. */
  readonly progress?: Progress;
  /** Ask systemd what crio.service waits for. */
  readonly ordering?: boolean;
  readonly configuration: GuardConfiguration;
  readonly guard: GuardState;
  /** Keeps what CRI-O was asked for; only the run before a start writes anything. */
  readonly remember?: (version: RememberedVersion) => void;
}

/** What a check knows before a rule is asked. */
export interface Looked {
  /** The answers that the check rests on; a correction is planned and proved on the same ones. */
  readonly look: RememberingHost;
  readonly invocation: Invocation;
  readonly diagnosis: Diagnosis;
}

/** @param host a look that has begun, or a host to look at again */
export async function lookAtHost(host: Host, request: CheckRequest): Promise<Looked> {
  const look = host instanceof RememberingHost ? host : new RememberingHost(host);
  const invocation = await readInvocation(look, {
    inherited: request.inherited,
    flags: request.crioFlags,
  });
  const given = request.crioVersion;
  const askVersion = (): Promise<Probe<CrioVersion>> =>
    given === undefined
      ? askInstalledVersion(look, invocation.program, request.remember)
      : Promise.resolve(known(given));
  const { deep, ordering, progress } = request;
  const onStep = progress === undefined ? {} : { onStep: (step: string) => progress.show(step) };
  const looksForCrio = !request.inherited && given === undefined;
  const found = await diagnose(look, { invocation, askVersion, deep, looksForCrio, ordering, ...onStep });
  progress?.done();
  const diagnosis: Diagnosis = { ...found, guard: request.guard, settings: request.configuration };
  return { look, invocation, diagnosis };
}
