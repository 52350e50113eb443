import { statSync } from 'node:fs';
import { readOwnFile } from '../host/linux/own-file.js';
import type { Report } from '../report/report.js';
import type { GuardProperty } from './definition.js';
import type { StateFile } from './state-file.js';
import type { BusValue } from './message.js';
import { NOTHING_YET, parseReport, shownOf, type PublishedState } from './published-state.js';
import { messageOf } from '../text/message-of.js';

export interface Change {
  readonly properties: readonly GuardProperty[];
  /** Present when the verdict is another one. */
  readonly verdict?: { readonly old: string; readonly new: string };
}

/** Bytes; a report without facts is a few KiB. */
const LIMIT = 16 * 1024 * 1024;

/** The properties, each as it goes over the bus. Version comes from elsewhere: it never changes. */
const VALUE_OF: Readonly<Record<Exclude<GuardProperty, 'Version'>, (shown: PublishedState) => BusValue>> = {
  Mode: ({ mode }) => mode,
  Verdict: ({ verdict }) => verdict,
  Prediction: ({ prediction }) => [
    prediction.outcome,
    prediction.driver,
    prediction.error,
    prediction.missing,
  ],
  GraphRoot: ({ graphRoot }) => graphRoot,
  Dataset: ({ dataset }) => dataset,
  LastCheck: ({ lastCheck }) => BigInt(lastCheck) * 1000n,
  Findings: ({ findings }) => findings,
};
// Object.keys gives up the keys' type; they are those of the table above.
const NAMES = Object.keys(VALUE_OF) as (keyof typeof VALUE_OF)[];

/**
 * What the service shows: the report of the last run that wrote one, or of a Check that came after it. The
 * file is looked at before every answer, so that no answer is stale, whether or not the service was notified.
 */
export class ReportState {
  private shown: PublishedState;
  /** Which file it was that was read last. */
  private seen: string;

  constructor(
    private readonly file: string,
    private readonly memory: StateFile,
    private readonly tell: (change: Change) => void,
    private readonly warn: (text: string) => void,
    /** The user who alone may write the report. */
    private readonly owner = 0,
  ) {
    const remembered = memory.recall();
    this.shown = remembered?.shown ?? NOTHING_YET;
    this.seen = remembered?.seen ?? '';
  }

  value(name: keyof typeof VALUE_OF): BusValue {
    return VALUE_OF[name](this.shown);
  }

  refresh(): void {
    const identity = identityOf(this.file);
    // A report that is gone leaves the last one standing: it is what is known.
    if (identity === undefined || identity === this.seen) return;
    this.seen = identity;
    const report = this.read();
    this.change(report === undefined ? NOTHING_YET : shownOf(report));
  }

  show(report: Report): void {
    this.change(shownOf(report));
  }

  private read(): Report | undefined {
    try {
      const content = readOwnFile(this.file, LIMIT, this.owner);
      if (content.state !== 'known')
        throw new Error(content.state === 'absent' ? 'it is gone' : content.why.detail);
      const report = parseReport(content.value);
      if (typeof report === 'string') throw new Error(`it is no report of a known version: ${report}`);
      return report;
    } catch (error) {
      this.warn(`${this.file} could not be read: ${messageOf(error)}`);
      return undefined;
    }
  }

  private change(next: PublishedState): void {
    const before = this.shown;
    this.shown = next;
    this.memory.remember({ shown: next, seen: this.seen });
    const properties = NAMES.filter((name) => text(VALUE_OF[name](before)) !== text(VALUE_OF[name](next)));
    if (properties.length === 0) return;
    const verdict =
      before.verdict === next.verdict ? {} : { verdict: { old: before.verdict, new: next.verdict } };
    this.tell({ properties, ...verdict });
  }
}

const text = (value: BusValue): string =>
  JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' ? one.toString() : one));

/** A file written by rename is another file each time. */
function identityOf(path: string): string | undefined {
  try {
    const { ino, size, mtimeMs, ctimeMs } = statSync(path);
    return [ino, size, mtimeMs, ctimeMs].join(' ');
  } catch {
    return undefined;
  }
}
