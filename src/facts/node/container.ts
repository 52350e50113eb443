import { complaintOf, type Host } from '../../host/host.js';
import { absent, chainProbe, known, unknown, type Probe } from '../../host/probe.js';
import { findTool } from '../../host/look-path.js';
import { decodeText } from '../../text/utf8.js';

/** Where systemd as the init of a container writes down what manages it. */
const WRITTEN = '/run/systemd/container';

/**
 * Whether systemd runs in a container, as far as its own word goes. With /dev/zfs passed in, zfs lists the datasets of
 * the host there, as not mounted: it is the host that mounts them, and in its own tree.
 */
export async function isContainer(host: Host): Promise<boolean> {
  return (await host.stat(WRITTEN)).state === 'known';
}

/**
 * The container this is (lxc, docker, systemd-nspawn), or absent on a machine of its own. systemd is asked
 * only where its own init did not write it down.
 */
export async function readContainer(host: Host): Promise<Probe<string>> {
  const written = await host.readFile(WRITTEN);
  if (written.state === 'unknown') return written;
  if (written.state === 'known') return known(decodeText(written.value).trim());
  const question = 'tell whether this is a container';
  const program = await findTool(host, 'systemd-detect-virt');
  if (program.state === 'unknown') return program;
  if (program.state === 'absent') return unknown('failed', question, 'systemd-detect-virt was not found');
  return chainProbe(await host.run(program.value, ['--container']), ({ exitCode, stdout, stderr }) => {
    const name = stdout.trim();
    // It prints "none" and ends with 1 where there is none.
    if (name === 'none') return absent();
    return exitCode === 0 && name !== ''
      ? known(name)
      : unknown('failed', question, name || complaintOf({ exitCode, stderr }));
  });
}
