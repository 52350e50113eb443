import type { Origin, Sourced } from './origin.js';

/** Why a file in crio.conf.d looks as if it were there by accident. */
export type Appearance = 'backup' | 'package leftover' | 'swap file' | 'hidden' | 'text' | 'no .conf';

interface Place {
  readonly file?: string;
  readonly line?: number;
  readonly key?: string;
  /** One sentence for an administrator. */
  readonly detail: string;
}

/** Something that was noticed while reading and that a rule may speak about; never changes the outcome. */
export type ConfigurationNote = Place &
  (
    | {
        /** A file in the drop-in directory that CRI-O reads although it looks unintended. */
        readonly kind: 'accidental-drop-in';
        readonly file: string;
        readonly appearance: Appearance;
        /** `stops`: CRI-O refuses it. `sets`: it sets one of the five values. `idle`: neither. */
        readonly effect: 'stops' | 'sets' | 'idle';
      }
    | { readonly kind: 'dangling-drop-in'; readonly file: string }
    | { readonly kind: 'symlinked-drop-in-directory'; readonly file: string }
    | {
        readonly kind: 'storage-conf-without-roots';
        readonly file: string;
        readonly missing: readonly ('runroot' | 'graphroot')[];
        readonly fatal: boolean;
      }
    | {
        readonly kind: 'two-spellings';
        readonly file: string;
        readonly key: string;
        readonly spellings: readonly string[];
      }
    | {
        /** One of the two values of a repeated key was dropped; CRI-O 1.36 refuses the file. */
        readonly kind: 'repeated-array';
        readonly file: string;
        readonly key: string;
      }
    | { readonly kind: 'unknown-storage-key'; readonly file: string; readonly key: string }
    | { readonly kind: 'misplaced-key'; readonly file: string; readonly key: string }
    | { readonly kind: 'storage-in-containers-conf'; readonly file: string }
    | {
        readonly kind: 'relative-root';
        readonly setting: 'root' | 'runroot' | 'imagestore';
        readonly value: string;
        readonly becomes: string;
        readonly origin: Origin;
      }
    | {
        /** A variable of containers/storage that has no effect, wholly or for one of the values. */
        readonly kind: 'ignored-environment';
        readonly name: string;
        readonly value: string;
        readonly because: 'never read' | 'no storage.conf' | 'overridden' | 'another file';
      }
    | { readonly kind: 'options-cannot-be-cleared'; readonly file: string; readonly key: string }
    | {
        /** The driver and an option of another driver come from different places. */
        readonly kind: 'options-of-another-driver';
        readonly driver: Sourced<string>;
        readonly options: readonly Sourced<string>[];
      }
    | {
        readonly kind: 'storage-conf-overridden';
        readonly setting: 'root' | 'runroot' | 'imagestore' | 'driver';
        readonly value: string;
        readonly origin: Origin;
        readonly by: Origin;
      }
    | { readonly kind: 'driver-renamed'; readonly from: string; readonly to: string }
    | { readonly kind: 'driver-not-named'; readonly file: string }
    | { readonly kind: 'split-option'; readonly value: string; readonly origin: Origin }
    | { readonly kind: 'storage-conf-passed-over'; readonly file: string }
    | { readonly kind: 'unsupported-version'; readonly version: string }
  );

export type NoteKind = ConfigurationNote['kind'];
