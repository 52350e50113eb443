import type { Host } from '../host/host.js';
import { askCrio } from './installed-crio/crio-config.js';
import type { Configuration } from './configuration.js';
import { resolveConfiguration } from './effective.js';
import type { CrioVersion } from './installed-crio/crio-version.js';
import type { Invocation } from './service/invocation.js';
import { sourced, type Origin } from './origin.js';
import { parseCrioRefusal } from './installed-crio/crio-refusal.js';

const ASKED: Origin = { kind: 'crio' };

type Unsettled = Exclude<Configuration, { readonly kind: 'resolved' }>;

/** Whether {@link settleWithCrio} has something to settle. */
export function needsCrio(configuration: Configuration): configuration is Unsettled {
  if (configuration.kind === 'resolved') return false;
  return configuration.kind === 'unknown' || configuration.refusal.unconfirmed !== undefined;
}

/**
 * CRI-O's configuration: followed here, and settled by the installed CRI-O where that leaves something unknown. Every
 * command takes this path.
 */
export async function configurationOf(
  host: Host,
  invocation: Invocation,
  version: CrioVersion,
): Promise<Configuration> {
  return settleWithCrio(host, invocation, await resolveConfiguration(host, invocation, version));
}

/**
 * Lets the installed CRI-O decide what is unknown or not confirmed. It is not asked about the rest. Without an answer the
 * configuration stays unknown.
 */
export async function settleWithCrio(
  host: Host,
  invocation: Invocation,
  configuration: Configuration,
): Promise<Configuration> {
  if (!needsCrio(configuration)) return configuration;
  const { notes } = configuration;
  const answer = await askCrio(host, invocation);
  switch (answer.kind) {
    case 'refused':
      return { kind: 'refused', refusal: parseCrioRefusal(answer.message), notes };
    case 'resolved': {
      const { root, runroot, imagestore, driver, options } = answer.storage;
      const storage = {
        root: sourced(root, ASKED),
        runroot: sourced(runroot, ASKED),
        imagestore: sourced(imagestore, ASKED),
        driver: sourced(driver, ASKED),
        options: options.map((option) => sourced(option, ASKED)),
      };
      return { kind: 'resolved', storage, notes };
    }
    case 'unknown': {
      const ours = whyAsked(configuration);
      return { kind: 'unknown', why: `${ours}, and CRI-O could not be asked: ${answer.why}`, notes };
    }
  }
}

/** What CRI-O was asked for, in the words of what is unknown or of the refusal that is not confirmed. */
function whyAsked(configuration: Unsettled): string {
  if (configuration.kind === 'unknown') return configuration.why;
  const { message, unconfirmed = '' } = configuration.refusal;
  return `"${message}" is not certain: ${unconfirmed}`;
}
