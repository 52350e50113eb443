import { describeAction } from '../fix/actions.js';
import type { LedgerEntry } from '../fix/ledger.js';
import type { RevertPlan } from '../fix/plan-revert.js';
import type { Reverted } from '../fix/revert.js';
import type { Kept } from '../fix/revert-unneeded.js';
import { asUnitSettings } from '../fix/run-environment.js';
import type { RevertOutput } from '../report/json/revert-json.js';
import { predictionSentence } from '../report/text/summary.js';
import { escapeControls } from '../text/escape.js';

type Shown = Exclude<RevertOutput, { kind: 'failed' }>;

/** What `--revert` prints for people. */
export function revertText(result: Shown): string {
  const unreadable = (result.unreadable ?? []).map((why) => `Not undone: ${why}.`);
  const lines = [...interruptedLines(result), ...resultLines(result), ...unreadable];
  return lines.length === 0 ? '' : `${lines.map(escapeControls).join('\n')}\n`;
}

function resultLines(result: Shown): readonly string[] {
  switch (result.kind) {
    case 'listed':
      return result.corrections.length === 0
        ? nothing(result)
        : result.corrections.flatMap((entry) => [
            `${entry.id}: ${correctionOf(entry)}:`,
            ...actionLines(entry),
          ]);
    case 'planned':
      return result.plan.entries.length === 0 ? nothing(result) : planLines(result.plan);
    case 'refused':
      return [
        ...planLines(result.plan),
        `Nothing was reverted: ${result.why}.`,
        '"crio-guard --revert --force" reverts all the same.',
      ];
    case 'not-confirmed':
      return ['Nothing was reverted: it was not confirmed.'];
    case 'made-again':
      return [`Not reverted: ${result.why}`];
    case 'reverted': {
      const kept = 'kept' in result ? result.kept : [];
      if (result.entries.length === 0 && kept.length === 0) return nothing(result);
      const then = 'plan' in result ? afterwardsLines(result.plan, 'Now') : [];
      return [...result.entries.flatMap(revertedLines), ...then, ...kept.flatMap(keptLines)];
    }
  }
}

const nothing = ({ interrupted, unread, unreadable }: Shown): readonly string[] =>
  interrupted !== undefined || unread !== undefined || unreadable !== undefined
    ? []
    : ['No correction stands: nothing to revert.'];

const correctionOf = ({ code, time }: LedgerEntry): string => `the correction of ${code} of ${time}`;

const actionLines = ({ actions }: LedgerEntry): readonly string[] =>
  actions.map((action) => `  - ${describeAction(action)}`);

const planLines = (plan: RevertPlan): readonly string[] => [
  ...plan.entries.flatMap((entry) => [`To be undone: ${correctionOf(entry)}:`, ...actionLines(entry)]),
  ...afterwardsLines(plan, 'Then'),
  ...(plan.worse === undefined ? [] : [`That is worse than now: ${plan.worse}.`]),
];

function afterwardsLines({ afterwards, unseen }: RevertPlan, when: string): readonly string[] {
  const then =
    afterwards === undefined
      ? 'what CRI-O will do can be checked only when it is done'
      : `${predictionSentence(afterwards)}${afterwards.outcome === 'fails' ? `: ${afterwards.words}` : ''}`;
  return [
    `${when} ${then}.`,
    ...(unseen.length === 0
      ? []
      : ['Images that CRI-O no longer sees:', ...unseen.map((name) => `  - ${name}`)]),
  ];
}

function revertedLines({ entry, left, failed }: Reverted): readonly string[] {
  const isDone = failed.length === 0;
  return [
    `${isDone ? 'Reverted' : 'Not reverted in full'}: ${correctionOf(entry)}:`,
    ...actionLines(entry),
    ...failed.map((why) => `  failed: ${why}`),
    ...left.map((why) => `  left as it is: ${why}`),
    ...(isDone && left.length > 0 ? ['  Everything else is as before.'] : []),
  ];
}

function interruptedLines({ interrupted }: Shown): readonly string[] {
  if (interrupted === undefined) return [];
  const { code, left } = interrupted;
  return [
    `Undone: the correction of ${code}, which was cut off.`,
    ...left.map((why) => `  left as it is: ${why}`),
  ];
}

function keptLines({ entry, why }: Kept): readonly string[] {
  const settings = asUnitSettings(entry.actions);
  return [
    `Kept: ${correctionOf(entry)}:`,
    ...actionLines(entry),
    `  ${why}`,
    ...(settings.length === 0
      ? []
      : [
          '  crio.service loses these variables without crio-guard. To keep them, run "systemctl edit crio" and add:',
          ...settings.map((line) => `    ${line}`),
        ]),
  ];
}
