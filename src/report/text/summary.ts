import { describeFailure } from '../../host/probe.js';
import type { Prediction } from '../../driver/prediction.js';
import type { Finding } from '../../rules/finding.js';
import type { Report } from '../report.js';

/** What else decides how a prediction is worded. */
export interface Circumstances {
  /** An error was found although CRI-O starts. */
  readonly isWrong?: boolean;
  /** CRI-O is kept from starting. */
  readonly isHeld?: boolean;
}

/** What CRI-O will do, in one sentence without its own words. */
export function predictionSentence(
  prediction: Prediction,
  { isWrong = false, isHeld = false }: Circumstances = {},
): string {
  switch (prediction.outcome) {
    case 'starts': {
      const verb = isHeld ? 'would' : 'will';
      // The prediction for other drivers ends with what containers/storage refuses by itself.
      if (prediction.driver !== 'zfs')
        return `CRI-O ${verb} accept the options of driver ${prediction.driver}; its start is not predicted`;
      const land = `${isWrong ? 'but ' : ''}new layers ${isHeld ? 'would ' : ''}land`;
      const place = prediction.dataset === undefined ? '' : `, ${land} in ${prediction.dataset}`;
      return `CRI-O ${verb} start with driver zfs${place}`;
    }
    case 'fails':
      return 'CRI-O will not start';
    case 'unknown':
      return 'cannot predict whether CRI-O will start';
  }
}

/** Whether the report is about a CRI-O that is not there: then nothing is said as a fact. */
export const isAbout = ({ findings }: Report): 'installed' | 'missing' =>
  findings.some(({ code }) => code === 'CG010') ? 'missing' : 'installed';

/** The same for a report, on a host that may have no CRI-O. */
export function reportSentence(report: Report, circumstances: Circumstances = {}): string {
  const { prediction } = report;
  if (isAbout(report) === 'installed') return predictionSentence(prediction, circumstances);
  switch (prediction.outcome) {
    case 'starts':
      return predictionSentence(prediction, { ...circumstances, isHeld: true }).replace(
        'CRI-O',
        `${MISSING} it`,
      );
    case 'fails':
      return `${MISSING} it would not start`;
    case 'unknown':
      return 'CRI-O is not installed; cannot predict whether it would start';
  }
}

const MISSING = 'CRI-O is not installed; with this configuration';

/** Above this, a count is printed instead of the codes. */
const MOST_CODES = 8;

/** What stood in the way of a prediction, or of rules; each obstacle once, with the rules it stopped. */
export function notLookedAt({ findings, prediction, unknown }: Report): string[] {
  const stopped = new Map<string, string[]>();
  const missing = prediction.outcome === 'unknown' ? prediction.missing : [];
  for (const failure of missing) stopped.set(describeFailure(failure), []);
  for (const { code, missing } of unknown) {
    const why = missing.join('; ');
    stopped.set(why, [...(stopped.get(why) ?? []), code]);
  }
  // CG006 has said why the configuration is unknown.
  const isSaid = findings.some(({ code, ignored }) => code === 'CG006' && !ignored);
  const said = new Set(isSaid ? missing.filter(({ kind }) => kind === 'depends').map(describeFailure) : []);
  return [...stopped].map(([why, codes]) => {
    if (said.has(why)) return `because of CG006: ${codes.length === 0 ? 'the prediction' : codesText(codes)}`;
    if (codes.length === 0) return why;
    return `${why}; not decided: ${codesText(codes)}`;
  });
}

/** @returns the codes, or their number when they are many */
export const codesText = (codes: readonly string[]): string =>
  codes.length > MOST_CODES ? `${codes.length} rules` : codes.join(', ');

/** Findings that do not follow from another one, the most severe first. */
export function rootFindings({ findings }: Report): Finding[] {
  const roots = findings.filter(({ follows }) => follows === undefined);
  return roots.sort((a, b) => weight(a) - weight(b));
}

const ORDER = ['error', 'warning', 'info'];

const weight = ({ severity, ignored }: Finding): number => (ignored ? ORDER.length : ORDER.indexOf(severity));

/** A host without ZFS and without a finding: nothing is printed. */
export function isSilent({ verdict, prediction, findings, correction }: Report): boolean {
  return (
    verdict === 'ok' &&
    prediction.outcome === 'starts' &&
    prediction.dataset === undefined &&
    findings.length === 0 &&
    correction.state === 'none'
  );
}
