import { connect, type Socket } from 'node:net';
import { WithoutFacts } from './without-facts.js';

/** What the worker can be asked for: the first line it reads. */
export type Work = 'check' | 'fix' | 'plan' | 'revert';

export type WorkResult =
  | { readonly kind: 'done'; readonly output: string }
  | { readonly kind: 'busy' }
  | { readonly kind: 'failed'; readonly why: string };

/**
 * Milliseconds. crio-guard ends itself at its deadline, ten seconds unless configured and 60 at most; systemd
 * ends the worker a little later.
 */
const LIMITS: Readonly<Record<Work, number>> = { check: 70_000, plan: 70_000, fix: 90_000, revert: 90_000 };

/** Bytes of output; the facts of a node with 10,000 datasets are a few million. */
const OUTPUT = 32 * 1024 * 1024;
const READ = 64 * 1024;

/**
 * Has crio-guard itself do the work, in a process that systemd starts for each connection to a socket. So
 * the bus service needs no right at all: neither root, nor the host's mounts, nor a child that might hang
 * on a pool. Equal questions share one run; what changes the machine goes one at a time.
 */
export class Worker {
  private readonly running = new Map<Work, Promise<WorkResult>>();
  private readonly sockets = new Set<Socket>();

  constructor(
    private readonly socket: string,
    private readonly limits: Readonly<Record<Work, number>> = LIMITS,
  ) {}

  run(work: Work): Promise<WorkResult> {
    const same = this.running.get(work);
    if (same !== undefined && !changes(work)) return same;
    if (changes(work) && [...this.running.keys()].some(changes)) return Promise.resolve({ kind: 'busy' });
    const result = this.ask(work).finally(() => this.running.delete(work));
    this.running.set(work, result);
    return result;
  }

  /** Ends the worker without waiting for it. */
  close(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  private ask(work: Work): Promise<WorkResult> {
    return new Promise((resolve) => {
      const printed = new WithoutFacts();
      let size = 0;
      const take = (length: number, buffer: Uint8Array): boolean => {
        size += length;
        if (size > OUTPUT) fail('the answer of crio-guard is too large');
        else printed.push(buffer.subarray(0, length));
        return true;
      };
      // One buffer for all that is read: the garbage of many would be more memory than all else.
      const socket = connect({ path: this.socket, onread: { buffer: new Uint8Array(READ), callback: take } });
      const settle = (result: WorkResult): void => {
        clearTimeout(timer);
        this.sockets.delete(socket);
        socket.destroy();
        resolve(result);
      };
      const fail = (why: string): void => settle({ kind: 'failed', why });
      const timer = setTimeout(
        () => fail(`crio-guard did not answer in ${this.limits[work]} ms`),
        this.limits[work],
      );
      this.sockets.add(socket);
      socket.on('connect', () => socket.write(`${work}\n`));
      socket.on('error', (error) => fail(`crio-guard could not be asked: ${error.message}`));
      socket.on('close', () => fail('the service is stopping'));
      socket.on('end', () => {
        if (size === 0) fail('crio-guard gave no answer: see journalctl -t crio-guard-worker');
        else settle({ kind: 'done', output: printed.text() });
      });
    });
  }
}

const changes = (work: Work): boolean => work === 'fix' || work === 'revert';
