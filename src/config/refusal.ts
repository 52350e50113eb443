import { refusedStep, type Refusal, type RefusalClass, type Step } from './configuration.js';

/** Where a refusal is to be looked for. */
export interface RefusalPlace {
  readonly file?: string;
  readonly line?: number | undefined;
  readonly key?: string;
  readonly exactWords?: boolean;
  readonly doubt?: string | undefined;
}

/** A refusal without the fields that are not known. */
export function refusalOf(row: RefusalClass, message: string, place: RefusalPlace): Refusal {
  return {
    class: row,
    message,
    exactWords: place.exactWords ?? true,
    ...(place.file === undefined ? {} : { file: place.file }),
    ...(place.line === undefined ? {} : { line: place.line }),
    ...(place.doubt === undefined ? {} : { doubt: place.doubt }),
    ...(place.key === undefined || place.key === '' ? {} : { key: place.key }),
  };
}

/** The end of the reading by a refusal. */
export function refuse(row: RefusalClass, message: string, place: RefusalPlace): Step<never> {
  return refusedStep(refusalOf(row, message, place));
}
