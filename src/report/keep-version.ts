import type { RememberedVersion } from '../config/installed-crio/installed-version.js';
import { whyNotDurable } from '../fix/durable-storage.js';
import { LEDGER_DIRECTORY } from '../fix/ledger.js';
import type { Host } from '../host/host.js';
import { ReportFiles } from './report-file.js';

/**
 * Keeps the version that CRI-O was asked for, if it was: until the next boot, and across boots where the directory for that is
 * on storage that is mounted and answers (nothing is written below a mountpoint whose dataset is missing).
 * A version that cannot be kept is asked again. Never fails.
 */
export async function keepVersion(
  host: Host,
  version: RememberedVersion | undefined,
  boot: ReportFiles,
  lasting = new ReportFiles(LEDGER_DIRECTORY, 0, 0o700),
): Promise<void> {
  if (version === undefined || host.userId() !== 0) return;
  boot.writeVersion(version);
  if ((await whyNotDurable(host, lasting.directory)) === undefined) lasting.writeVersion(version);
}
