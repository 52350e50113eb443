import type { Host } from '../../host/host.js';
import { goQuote } from '../../text/go-text.js';
import { findTool } from '../../host/look-path.js';

/** Lines of crio.service that are looked at: one start of CRI-O writes about a dozen. */
const LINES = '60';

/** Whether CRI-O's last start in this boot failed with this message, which logrus writes with %q. */
export async function lastStartSaid(host: Host, error: string): Promise<boolean> {
  const journalctl = await findTool(host, 'journalctl');
  if (journalctl.state !== 'known') return false;
  const args = ['-b', '-u', 'crio.service', '-n', LINES, '-o', 'cat', '--no-pager', '-q'];
  const answer = await host.run(journalctl.value, args);
  if (answer.state !== 'known' || answer.value.exitCode !== 0) return false;
  const fatal = answer.value.stdout.split('\n').filter((line) => line.includes('level=fatal'));
  return fatal.at(-1)?.includes(` msg=${goQuote(error)}`) ?? false;
}
