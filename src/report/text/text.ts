import { fsnameOf } from '../../driver/options.js';
import type { Finding } from '../../rules/finding.js';
import { adviceLines } from './advice.js';
import { correctionLines } from './text-correction.js';
import type { Report } from '../report.js';
import { treeOf } from '../../check/storage-tree.js';
import type { Style } from './style.js';
import { codesText, isAbout, isSilent, notLookedAt, reportSentence, rootFindings } from './summary.js';
import { renderTree } from './tree.js';
import { withOrigin } from './with-origin.js';
import { escapeControls, wrap } from '../../text/wrap.js';

/**
 * The report for a terminal: the verdict in one line, the layout as a picture, then only what needs
 * attention, the most severe first, each with what to do and where the value came from.
 */
export function renderText(report: Report, style: Style): string {
  const roots = rootFindings(report);
  const blocks = [
    verdictLines(report, style),
    pictureLines(report, style),
    ...roots.filter(({ ignored }) => !ignored).map((finding) => findingLines(finding, report, style)),
    undecidedLines(report, style),
    notRecordedLines(report, style),
    correctionLines(report.correction, style),
    footLines(report, roots, style),
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function verdictLines(report: Report, style: Style): string[] {
  const { prediction, verdict } = report;
  const { columns } = style;
  const said = prediction.outcome === 'fails';
  const will = isAbout(report) === 'installed' ? 'will' : 'would';
  const sentence = `${reportSentence(report, { isWrong: verdict === 'error' })}${said ? `. It ${will} say:` : ''}`;
  const [first = '', ...more] = wrap(`${verdict}: ${sentence}`, '  ', columns, '');
  return [
    style.verdict(verdict, verdict) + first.slice(verdict.length),
    ...more,
    ...(said ? wrap(prediction.error.trimEnd(), '  ', columns) : []),
    ...(report.exact ? [] : wrap(inexactSentence(report), '  ', columns)),
  ];
}

function inexactSentence(report: Report): string {
  const { crioVersion } = report;
  if (isAbout(report) === 'missing') return 'This is not exact: CRI-O is not installed.';
  const why =
    crioVersion === undefined
      ? 'the version of CRI-O could not be read'
      : `CRI-O ${crioVersion} is not a supported version`;
  return `This is not exact: ${why}. The start is not stopped and nothing is corrected.`;
}

/** The tree, and under it the two values that decide it with their origins. */
function pictureLines(report: Report, style: Style): string[] {
  const { effective, facts, prediction } = report;
  if (effective === undefined || isSilent(report)) return [];
  const fsname = fsnameOf(effective.options.map(({ value }) => value));
  const driver = effective.driver.value;
  const isDrawn = facts !== undefined && effective.graphroot.value !== '';
  const tree = isDrawn ? treeOf({ facts, prediction, driver, fsname }) : undefined;
  const links = (facts?.graphroot.symlinks ?? []).flatMap(({ path, target }) =>
    wrap(`${path} is a symlink to ${target}`, '    ', style.columns, '  '),
  );
  const origins = report.verdict === 'ok' ? [] : originLines(effective, style);
  const drawn = tree === undefined ? [] : renderTree(tree, style);
  const gap = drawn.length > 0 && origins.length + links.length > 0 ? [''] : [];
  return [...drawn, ...gap, ...links, ...origins];
}

function originLines(
  { graphroot, driver, options }: NonNullable<Report['effective']>,
  style: Style,
): string[] {
  const rows = [
    ['graphroot', graphroot],
    ['driver', driver],
    ...options.map((option) => ['option', option] as const),
  ] as const;
  const blocks = rows.map(([name, { value, origin }]) => {
    const line = `  ${name.padEnd(9)}  ${escapeControls(value) || '(none)'}`;
    return withOrigin(line, origin, ' '.repeat(13), style.columns).join('\n');
  });
  // Of one line of storage.conf containers/storage can make the same option twice (types/options.go).
  return [...new Set(blocks)].flatMap((block) => block.split('\n'));
}

function findingLines(finding: Finding, { findings, verdict }: Report, style: Style): string[] {
  const { code, severity, message } = finding;
  // An error comes first: the advice of an info can wait until it is gone.
  const remedy = severity === 'info' && verdict === 'error' ? [] : finding.remedy;
  const head = `${severity} ${code}`;
  const { columns } = style;
  const [first = '', ...more] = wrap(`${head}: ${message}`, '  ', columns, '');
  const echoes = findings.filter(({ follows }) => follows === code).map((echo) => echo.code);
  const follow = `(${echoes.join(', ')} ${echoes.length === 1 ? 'follows' : 'follow'} from it)`;
  return [
    style.severity(severity, head) + first.slice(head.length),
    ...more,
    ...(echoes.length === 0 ? [] : wrap(follow, '  ', columns)),
    ...(remedy.length === 0 ? [] : ['  What to do:', ...adviceLines(remedy, '    ', columns)]),
  ];
}

function undecidedLines(report: Report, { columns }: Style): string[] {
  const lines = notLookedAt(report).flatMap((line) => wrap(line, '    ', columns, '  '));
  return lines.length === 0 ? [] : ['Could not be looked at:', ...lines];
}

function notRecordedLines({ notRecorded = [] }: Report, { columns }: Style): string[] {
  if (notRecorded.length === 0) return [];
  return wrap(`Not decided, because the recording is older: ${codesText(notRecorded)}.`, '', columns);
}

function footLines({ findings }: Report, roots: readonly Finding[], { columns }: Style): string[] {
  const ignored = findings.filter((finding) => finding.ignored).map(({ code }) => code);
  const [first] = roots.filter((finding) => !finding.ignored);
  return [
    ...(ignored.length === 0 ? [] : wrap(`Ignored by configuration: ${ignored.join(', ')}.`, '', columns)),
    ...(first === undefined ? [] : [`Why: crio-guard --explain ${first.code}`]),
  ];
}
