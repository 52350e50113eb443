import { difference } from '../text/difference.js';
import { shellArgument } from '../text/shell-word.js';
import { notSeenBy } from './other-readers.js';
import { commandOf, describeAction, describeUndo, type Action } from './actions.js';
import type { ReportedAction } from './correction-result.js';

/** An action as the report shows it. */
export function reportAction(action: Action): ReportedAction {
  const command = commandOf(action);
  const others = notSeenBy(action);
  return {
    kind: action.kind,
    description: describeAction(action),
    ...(action.kind === 'write-file'
      ? { difference: difference(action.path, action.previous, action.content) }
      : {}),
    ...(command === undefined ? {} : { command: command.map(shellArgument).join(' ') }),
    undo: describeUndo(action),
    ...(others.length === 0 ? {} : { notSeenBy: others }),
  };
}
