import type { ConfigurationNote, NoteKind } from '../../config/notes.js';
import { notApplicable, passed, unknownAnswer, type Diagnosis, type RuleAnswer } from '../rule.js';

/** What was noticed of one kind while the configuration was read, whether CRI-O takes it or not. */
export function notesOfKind<Kind extends NoteKind>(
  { configuration }: Diagnosis,
  kind: Kind,
): readonly Extract<ConfigurationNote, { readonly kind: Kind }>[] {
  return configuration.notes.filter(
    (note): note is Extract<ConfigurationNote, { readonly kind: Kind }> => note.kind === kind,
  );
}

/** `FILE:LINE`, as editors and compilers write a place. */
export function placeOf({ file, line }: { readonly file?: string; readonly line?: number }): string {
  return line === undefined ? (file ?? '') : `${file ?? ''}:${line}`;
}

/** The answer of a rule that found nothing to speak of: reading may have ended before it came that far. */
export function nothingNoted({ configuration }: Diagnosis): RuleAnswer<never> {
  switch (configuration.kind) {
    case 'resolved':
      return passed;
    case 'refused':
      return notApplicable('CRI-O refuses its configuration');
    case 'unknown': {
      const question = "work out CRI-O's configuration";
      return unknownAnswer({ kind: 'depends', question, detail: configuration.why });
    }
  }
}
