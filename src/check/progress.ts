/** Tells whoever waits at a terminal what is being looked at. */
export interface Progress {
  show(step: string): void;
  /** Takes the line away again. */
  done(): void;
}

const CLEAR = '\r\u001b[K';

/** One line on standard error that is written over; undefined where nobody watches. */
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
