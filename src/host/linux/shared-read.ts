import type { FileStatus } from '../host.js';
import { known, type Probe } from '../probe.js';

/** Reads files one after the other into one answer, through a child. */
type ReadInOne = (paths: readonly string[], limit: number) => Promise<Probe<Uint8Array>>;

interface PendingRead {
  readonly path: string;
  /** Bytes. */
  readonly limit: number;
  readonly grant: (answer: Promise<Probe<Uint8Array>>) => void;
}

/**
 * Files that are asked for at the same time share one child, which costs as much as all else that is done
 * for them. The sizes divide the output into files, which counts only when no file changed meanwhile.
 */
export class SharedRead {
  private readonly wishes: PendingRead[] = [];

  /** @param status of a file, by a system call: this is for storage where that cannot hang */
  constructor(
    private readonly readInOne: ReadInOne,
    private readonly status: (path: string) => Promise<Probe<FileStatus>>,
  ) {}

  read(path: string, limit: number): Promise<Probe<Uint8Array>> {
    return new Promise((grant) => {
      this.wishes.push({ path, limit, grant });
      if (this.wishes.length === 1) setImmediate(() => void this.grantAll(this.wishes.splice(0)));
    });
  }

  private async grantAll(wishes: readonly PendingRead[]): Promise<void> {
    const contents = wishes.length === 1 ? undefined : await this.readShared(wishes);
    wishes.forEach(({ path, limit, grant }, index) => {
      const content = contents?.[index];
      grant(content === undefined ? this.readInOne([path], limit) : Promise.resolve(known(content)));
    });
  }

  /** @returns the content of each, or undefined when they have to be read one by one */
  private async readShared(wishes: readonly PendingRead[]): Promise<readonly Uint8Array[] | undefined> {
    const before = await this.statuses(wishes);
    if (before.some((status, index) => status === undefined || status.size > (wishes[index]?.limit ?? 0))) {
      return undefined;
    }
    const sizes = before.map((status) => status?.size ?? 0);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    const paths = wishes.map(({ path }) => path);
    const answer = await this.readInOne(paths, Math.max(total, 1));
    if (answer.state !== 'known' || answer.value.length !== total) return undefined;
    const after = await this.statuses(wishes);
    if (JSON.stringify(after) !== JSON.stringify(before)) return undefined;
    let end = 0;
    return sizes.map((size) => answer.value.subarray(end, (end += size)));
  }

  private async statuses(wishes: readonly PendingRead[]): Promise<readonly (FileStatus | undefined)[]> {
    const answers = await Promise.all(wishes.map(({ path }) => this.status(path)));
    return answers.map((answer) => (answer.state === 'known' ? answer.value : undefined));
  }
}
