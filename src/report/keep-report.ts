import type { Host } from '../host/host.js';
import { valueOf } from '../host/probe.js';
import { conditionOf, conditionText } from './fleet/condition.js';
import { renderPrometheus } from './fleet/prometheus.js';
import type { Report } from './report.js';
import type { ReportFiles } from './report-file.js';
import { decodeText } from '../text/utf8.js';

/**
 * Keeps a report in /run/crio-guard for its readers: the D-Bus service, node-problem-detector, node_exporter. That is
 * in memory: files below /var may lie on storage that is not mounted yet, or hangs. Never fails.
 *
 * @param standing corrections that were made and not reverted; undefined when that is unknown
 * @returns why it could not be kept
 */
export async function keepReport(
  host: Host,
  files: ReportFiles,
  report: Report,
  standing: number | undefined,
): Promise<string | undefined> {
  return (
    files.writeReport(report) ??
    files.writeText('condition', conditionText(conditionOf(report), await bootIdOf(host))) ??
    files.writeText('metrics.prom', renderPrometheus(report, standing))
  );
}

/** Empty where it is unknown: no reader takes that for its own boot. */
export async function bootIdOf(host: Host): Promise<string> {
  const bytes = valueOf(await host.readFile('/proc/sys/kernel/random/boot_id'));
  return bytes === undefined ? '' : decodeText(bytes).trim();
}
