/** Shows progress on a terminal. */
export interface Progress {
  show(step: string): void;
  /** Removes the line. */
  done(): void;
}

const CLEAR = '\r\u001b[K';

/** One line on standard error that is overwritten; undefined where that is not a terminal. */
export function progressOn({
  isErrorTerminal,
  warn,
}: {
  readonly isErrorTerminal: () => boolean;
  readonly warn: (text: string) => void;
}): Progress | undefined {
  if (!isErrorTerminal()) return undefined;
  return {
    show: (step) => {
      warn(`${CLEAR}${step} ...`);
    },
    done: () => {
      warn(CLEAR);
    },
  };
}
