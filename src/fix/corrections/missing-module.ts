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
 * Which pools there are, and whether CRI-O then starts, only the loaded module can tell; a proof that
 * pretended to know would be none. So this is a first step, and its proof says what can be said: on the
 * planned host CRI-O is no longer refused for want of /dev/zfs, while all that lies behind the module is
 * unknown. It may be taken alone because it can do no harm: CRI-O would fail anyway, a module hides, mounts
 * and imports nothing (zfs_autoimport_disable is 1 unless the administrator says otherwise), and what he has
 * blacklisted is not loaded (modprobe -b). Then the host is looked at again, and what is found there goes
 * through plan, proof and verification of its own. When nothing more can be done the module stays, since to
 * load and unload it every ten seconds would help nobody, and the report tells what is wrong behind it.
 *
 * In a container the module is the affair of the host, and its device would not appear: never done there.
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
