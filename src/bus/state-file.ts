import { parseRecord } from '../text/json-record.js';
import { CONTENT_LIMIT } from '../host/host.js';
import { readRegularFile } from '../host/linux/regular-file.js';
import { valueOf } from '../host/probe.js';
import { writeFileAtomically } from '../host/linux/atomic-file.js';
import { VERSION } from '../version.js';
import { aString, mismatchIn, objectWith } from '../text/json-shape.js';
import { publishedShape, type PublishedState } from './published-state.js';
import { messageOf } from '../text/message-of.js';

export interface Remembered {
  readonly shown: PublishedState;
  /** The report file that was read last. */
  readonly seen: string;
}

const rememberedShape = objectWith({ shown: publishedShape, seen: aString });

/**
 * Bridges the service's idle exits: without it VerdictChanged could not name the old verdict, and the
 * result of a Check would be forgotten a minute later.
 */
export class StateFile {
  private readonly file: string | undefined;

  /** @param directory of the service's own, kept until the machine goes down; without one nothing is kept */
  constructor(
    directory: string | undefined,
    private readonly warn: (text: string) => void,
  ) {
    this.file = directory === undefined ? undefined : `${directory}/shown.json`;
  }

  recall(): Remembered | undefined {
    if (this.file === undefined) return undefined;
    try {
      const content = valueOf(readRegularFile(this.file, CONTENT_LIMIT));
      if (content === undefined) return undefined;
      const value = parseRecord(Buffer.from(content).toString('utf8'));
      if (value?.['version'] !== VERSION || mismatchIn(value, rememberedShape) !== undefined)
        return undefined;
      // Our own file, in a directory that is ours alone, of this very version, and its shape was checked.
      return value as unknown as Remembered;
    } catch {
      return undefined;
    }
  }

  remember(remembered: Remembered): void {
    if (this.file === undefined) return;
    try {
      writeFileAtomically(this.file, JSON.stringify({ version: VERSION, ...remembered }), 0o600);
    } catch (error) {
      this.warn(`${this.file} could not be written: ${messageOf(error)}`);
    }
  }
}
