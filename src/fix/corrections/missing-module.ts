import { readContainer } from '../../facts/node/container.js';
import { absent, describeFailure, type Probe } from '../../host/probe.js';
import type { FindingOf } from '../../rules/finding.js';
import type { StoreDiagnosis } from '../../rules/rule.js';
import { refuse, type Planned } from '../actions.js';
import { defineCorrection } from '../correction.js';

const MODULE = 'zfs';

/**
 * /dev/zfs is missing and there is a module for the running kernel: it is loaded.
 *
 * Which pools exist, and whether CRI-O then starts, is unknown until the module is loaded. So this is a first
 * step, and its proof is limited to it: on the planned host the missing /dev/zfs no longer stops CRI-O, and
 * everything behind the module is unknown. The step is safe by itself: CRI-O would fail anyway, the module mounts
 * and imports nothing (zfs_autoimport_disable is 1 by default), and a blacklisted module is not loaded
 * (modprobe -b). Then the check is repeated, and each further correction has its own plan, proof and
 * verification. When nothing more can be corrected the module stays: loading and unloading it every ten seconds
 * would not help, and the report shows the further problem.
 *
 * In a container this is not done: the host loads modules, and the device would not appear in the container.
 */
export const missingModule = defineCorrection<'CG205', Probe<string>>({
  read: ({ host, finding }) => (isInstalled(finding) ? readContainer(host) : Promise.resolve(absent())),
  plan: planModule,
});

const isInstalled = ({ data }: FindingOf<'CG205'>): boolean => data.module === 'installed';

function planModule(_: StoreDiagnosis, container: Probe<string>, finding: FindingOf<'CG205'>): Planned {
  const { code } = finding;
  switch (finding.data.module) {
    case 'installed':
      break;
    case 'loaded':
      return refuse(
        code,
        'the zfs module is loaded; its device is made by udev, or passed by the host of a container',
      );
    case 'not-installed':
      return refuse(
        code,
        'no zfs module is installed for the running kernel: build it (dkms autoinstall) or boot the previous kernel',
      );
    default:
      return refuse(code, 'whether a zfs module is installed for the running kernel could not be read');
  }
  if (container.state === 'known') {
    return refuse(
      code,
      `this is a container (${container.value}), and modules are the affair of its host: load zfs there and pass /dev/zfs`,
    );
  }
  if (container.state === 'unknown') {
    return refuse(code, `whether this is a container is not known: ${describeFailure(container.why)}`);
  }
  return {
    kind: 'plan',
    plan: { code, actions: [{ kind: 'load-module', module: MODULE }], expects: { kind: 'first-step' } },
  };
}
