import type { Finding } from '../../rules/finding.js';
import { escapeControls } from '../../text/escape.js';
import { type Report } from '../report.js';
import { CORRECTION_STATES } from '../../fix/correction-result.js';
import { VERDICTS } from '../../check/verdict.js';

type Labels = Readonly<Record<string, string>>;

interface Sample {
  readonly labels?: Labels;
  readonly value: number;
}

/**
 * The report in Prometheus' text format, for the textfile collector of node_exporter.
 *
 * @param standing corrections that were made and not taken back; undefined when that is not known
 */
export function renderPrometheus(report: Report, standing?: number): string {
  const { prediction, correction, effective } = report;
  const dataset = prediction.outcome === 'starts' ? (prediction.dataset ?? '') : '';
  const driver = prediction.outcome === 'starts' ? prediction.driver : (effective?.driver.value ?? '');
  return [
    metric('verdict', 'Verdict of the last run: 1 for the one that holds.', [
      ...VERDICTS.map((verdict) => ({ labels: { verdict }, value: Number(verdict === report.verdict) })),
    ]),
    metric('finding', 'Findings of the last run.', report.findings.map(findingSample)),
    metric('landing_info', 'Dataset that new layers will land in; empty when CRI-O will not start.', [
      { labels: { dataset, driver, graphroot: effective?.graphroot.value ?? '' }, value: 1 },
    ]),
    metric('correction', 'What the correction of the last run came to: 1 for the state that holds.', [
      ...CORRECTION_STATES.map((state) => ({ labels: { state }, value: Number(state === correction.state) })),
    ]),
    metric(
      'corrections_standing',
      'Corrections of this host that were made and not taken back.',
      standing === undefined ? [] : [{ value: standing }],
    ),
    metric('last_run_timestamp_seconds', 'When the last run was.', [
      { value: Date.parse(report.time) / 1000 },
    ]),
    metric('run_duration_seconds', 'How long the last run took.', [{ value: report.duration / 1000 }]),
    metric('build_info', 'Version of crio-guard, and of CRI-O where it was asked.', [
      { labels: { version: report.version, crio_version: report.crioVersion ?? '' }, value: 1 },
    ]),
  ].join('');
}

function findingSample({ code, slug, severity, ignored }: Finding): Sample {
  return { labels: { code, slug, severity, ignored: String(ignored) }, value: 1 };
}

function metric(name: string, help: string, samples: readonly Sample[]): string {
  const full = `crio_guard_${name}`;
  const lines = samples.map(({ labels, value }) => `${full}${labelText(labels ?? {})} ${value}`);
  return [`# HELP ${full} ${help}`, `# TYPE ${full} gauge`, ...lines, ''].join('\n');
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escape(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

/** Control characters are made escapeControls first; then the format's own three escapes, of which two are left. */
const escape = (value: string): string => escapeControls(value).replace(/[\\"]/g, '\\$&');
