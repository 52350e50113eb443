import type { ReportedCorrection } from '../../fix/correction-result.js';
import { notSeenSentences } from './not-seen.js';
import type { Style } from './style.js';
import { predictionSentence } from './summary.js';
import { renderTree } from './tree.js';
import { escapeControls, wrap } from '../../text/wrap.js';

/** What was corrected, or could be, or why it is not. */
export function correctionLines(correction: ReportedCorrection, style: Style): string[] {
  const why = correction.refusal ?? 'no reason given';
  switch (correction.state) {
    case 'none':
      return [];
    case 'refused':
      return wrap(`Not corrected: ${why}`, '', style.columns);
    case 'planned':
      return [
        ...wrap('"crio-guard --fix" will do this, proven beforehand:', '', style.columns),
        ...changeLines(correction, style),
      ];
    case 'applied':
      return [
        `${style.verdict('ok', 'Corrected')} ("crio-guard --revert" takes it back):`,
        ...subjectLines(correction, style),
        ...changeLines(correction, style),
        ...(correction.refusal === undefined ? [] : wrap(`Not corrected further: ${why}`, '', style.columns)),
      ];
    case 'undone':
      return wrap(`A correction did not come out right and was taken back: ${why}`, '', style.columns);
    case 'failed':
      return wrap(`A correction failed and could not be taken back in full: ${why}`, '', style.columns);
  }
}

/** What it was for; the finding is gone by now. */
function subjectLines({ code, message }: ReportedCorrection, { columns }: Style): string[] {
  return code === undefined || message === undefined ? [] : wrap(`${code}: ${message}`, '  ', columns);
}

/** The actions, and the layout as it is once they are done; after a first step that is not known before. */
function changeLines(correction: ReportedCorrection, style: Style): string[] {
  const { state, actions, afterwards, afterwardsTree } = correction;
  const done = actions.flatMap(({ description, difference, command, undo, notSeenBy }) => [
    ...wrap(description, '    ', style.columns, '  - '),
    ...(command === undefined ? [] : [`      ${escapeControls(command)}`]),
    ...(difference?.split('\n') ?? []).map((line) => `      ${style.difference(escapeControls(line))}`),
    ...notSeenSentences(notSeenBy).flatMap((line) => wrap(line, '      ', style.columns, '    ')),
    ...(state === 'planned' ? wrap(`undo: ${undo}`, '      ', style.columns, '    ') : []),
  ]);
  const then =
    afterwards !== undefined
      ? wrap(`Then ${predictionSentence(afterwards)}:`, '  ', style.columns)
      : state === 'planned'
        ? wrap(
            'Then crio-guard checks again: further problems only become visible after this step.',
            '  ',
            style.columns,
          )
        : [];
  return [...done, ...then, ...(afterwardsTree === undefined ? [] : renderTree(afterwardsTree, style))];
}
