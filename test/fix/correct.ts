import { DEFAULT_GUARD_CONFIGURATION } from '../../src/config/guard-configuration.js';
import { checkHost, type CheckRequest } from '../../src/check/check-host.js';
import { correct, type CorrectRequest } from '../../src/fix/correct.js';
import type { Corrected } from '../../src/fix/correct.js';
import type { EffectiveStorage } from '../../src/config/configuration.js';
import type { Planned } from '../../src/fix/actions.js';
import { planCorrection } from '../../src/fix/plan.js';
import type { Host } from '../../src/host/host.js';
import { ledgerIn } from './held-lock.js';

export const CHECK: CheckRequest = {
  inherited: true,
  crioFlags: undefined,
  crioVersion: undefined,
  deep: false,
  configuration: DEFAULT_GUARD_CONFIGURATION,
  guard: { problems: [] },
};

/** Checks a host and corrects it, as far as it is asked to; the plan alone unless told otherwise. */
export async function correctOn(host: Host, change: Partial<CorrectRequest> = {}): Promise<Corrected> {
  const check = change.check ?? CHECK;
  return correct({
    host,
    check,
    checked: await checkHost(host, check),
    trigger: 'prestart',
    ledger: ledgerIn('/nonexistent'),
    id: 'id',
    time: new Date(0),
    ...change,
  });
}

/** The plan itself. */
export async function proposeOn(host: Host): Promise<Planned> {
  const { diagnosis, outcomes } = await checkHost(host, CHECK);
  return planCorrection({
    host,
    diagnosis,
    findings: outcomes.findings,
    trigger: 'prestart',
    configuration: CHECK.configuration,
    ledger: ledgerIn('/nonexistent'),
  });
}

/** What `crio config` prints of a storage, all of it differing from the default. */
export function crioConfigText({ root, runroot, imagestore, driver, options }: EffectiveStorage): string {
  return [
    '[crio]',
    `root = "${root.value}"`,
    `runroot = "${runroot.value}"`,
    `imagestore = "${imagestore.value}"`,
    `storage_driver = "${driver.value}"`,
    'storage_option = [',
    ...options.map(({ value }) => `\t${JSON.stringify(value)},`),
    ']',
    '',
  ].join('\n');
}
