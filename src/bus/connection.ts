import { DBusError, Message, sessionBus, Variant, type MessageBus } from 'dbus-next';
import { socketOf } from './address.js';
import { ERROR, failed } from './message.js';
import type { Answer, BusFailure, BusValue, Failed, Reply, Request, Serving } from './message.js';
import { Screen } from './screen.js';
import { callOf, encodeWith, FLAG, KIND, textOf, type Inner, type Outgoing, type Wire } from './wire.js';

// The constructor takes what Wire says; only the package's own declaration of it is wrong.
const WireMessage = Message as unknown as new (fields: Wire) => Message;

/** Calls in progress beyond which new ones are turned away, those that only read among them. */
const CALLS = 2048;
/** Bytes the bus may leave unread before it counts as dead. */
const UNREAD = 32 * 1024 * 1024;

/**
 * The one door to D-Bus. dbus-next reports a lost bus nowhere, waits for ever, answers with stack traces,
 * assigns to read-only properties and dies of one malformed message; here every call ends, every loss is
 * reported once by {@link lost}, and of dbus-next only the wire format is used, not its objects and proxies.
 */
export class Connection {
  /** Settles once, with the reason, when the connection is gone; also after {@link close}. */
  readonly lost: Promise<string>;
  private readonly inner: Inner;
  private readonly waiting = new Set<(reply: Reply) => void>();
  private screen: Screen | undefined;
  private serving: Serving | undefined;
  private inProgress = 0;
  private dropped = false;
  private dead: string | undefined;
  private tellLoss: (why: string) => void = () => undefined;

  private constructor(
    private readonly bus: MessageBus,
    private readonly warn: (text: string) => void,
  ) {
    // The private parts that have to be reached are those listed in Inner.
    this.inner = bus as unknown as Inner;
    this.lost = new Promise((resolve) => (this.tellLoss = resolve));
    const { _connection: transport } = this.inner;
    bus.on('error', (error: unknown) => {
      if (this.screen?.parsing === true) this.drop(textOf(error));
      else this.lose(textOf(error));
    });
    transport.stream.on('end', () => this.lose('the bus ended the connection'));
    transport.stream.on('close', () => this.lose('the connection to the bus is closed'));
    transport.once('connect', () => {
      const events = { broken: (why: string) => this.lose(why), dropped: (why: string) => this.drop(why) };
      this.screen = new Screen(transport.stream, events, () => this.inner.name !== null);
    });
    // A cache of who owns which name, filled with wrong owners, by which calls to us are thrown away.
    this.inner._nameOwners = new Proxy({}, { get: () => undefined, set: () => true });
    bus.addMethodHandler((message: Message) => {
      void this.dispatch(message);
      return true;
    });
  }

  /** @param limit milliseconds for connecting, authenticating and the bus's first answer */
  static async open(
    address: string,
    limit: number,
    warn: (text: string) => void,
  ): Promise<Connection | BusFailure> {
    const socket = socketOf(address);
    if (socket === undefined) return { error: `the bus address "${address}" names no unix socket` };
    // `socket=` rather than `path=`: for the latter dbus-next loads a native add-on if there is one.
    const bus = sessionBus({ busAddress: `unix:socket=${socket}`, authMethods: ['EXTERNAL'] });
    const connection = new Connection(bus, warn);
    const timer = setTimeout(() => connection.lose(`no answer within ${limit} ms`), limit);
    const greeted = new Promise<undefined>((resolve) => bus.on('connect', () => resolve(undefined)));
    const why = await Promise.race([greeted, connection.lost]);
    clearTimeout(timer);
    return why === undefined ? connection : { error: `${socket}: ${why}` };
  }

  /** Our unique name on the bus. */
  get name(): string {
    return this.inner.name ?? '';
  }

  /** Never rejects, never takes longer than the request's limit. */
  call(request: Request): Promise<Reply> {
    const { dead } = this;
    if (dead !== undefined) return Promise.resolve(silence(dead));
    const { destination, path, member, signature = '', body = [], limit } = request;
    const fields = { type: KIND.call, destination, path, interface: request.interface, member, signature };
    const message = new WireMessage({ ...fields, body: body.map(encode) });
    return new Promise((resolve) => {
      const settle = (reply: Reply): void => {
        clearTimeout(timer);
        this.waiting.delete(settle);
        // A later answer is dropped, and nothing is kept for one that never comes.
        if (message.serial !== null) Reflect.deleteProperty(this.inner._methodReturnHandlers, message.serial);
        resolve(reply);
      };
      const timer = setTimeout(() => settle(silence(`no answer within ${limit} ms`)), limit);
      this.waiting.add(settle);
      this.bus.call(message).then(
        (reply) => settle({ kind: 'return', body: reply?.body ?? [] }),
        (error: unknown) =>
          settle(
            error instanceof DBusError ? failed(error.type, textOf(error.text)) : silence(textOf(error)),
          ),
      );
    });
  }

  /** From now on every call that reaches us is answered by `handle`, whatever it does. */
  serve(handle: Serving['handle'], watch: Serving['watch']): void {
    this.serving = { handle, watch };
  }

  signal(path: string, iface: string, member: string, signature: string, body: readonly BusValue[]): void {
    this.send({ type: KIND.signal, path, interface: iface, member, signature, body });
  }

  /** Sends what is still to be sent, then closes. */
  async close(): Promise<void> {
    if (this.dead !== undefined) return;
    const { stream } = this.inner._connection;
    const timer = setTimeout(() => stream.destroy(), 1000);
    stream.end();
    await this.lost;
    clearTimeout(timer);
  }

  private async dispatch(message: Message): Promise<void> {
    const { serving } = this;
    if (serving === undefined || this.inProgress >= CALLS) {
      this.answer(message, failed(ERROR.limitsExceeded, 'too many calls at a time'));
      return;
    }
    this.inProgress += 1;
    serving.watch.begin();
    let answer: Answer;
    try {
      answer = await serving.handle(callOf(message));
    } catch (error) {
      // A bug of ours: the journal gets the stack, the caller does not.
      this.warn(`internal error: ${error instanceof Error ? (error.stack ?? '') : String(error)}`);
      answer = failed(ERROR.failed, 'internal error');
    }
    this.answer(message, answer);
    this.inProgress -= 1;
    serving.watch.end();
  }

  private answer(message: Message, answer: Answer): void {
    // A bit of a number, whatever the declared enumeration says.
    const flags: number = message.flags;
    if ((flags & FLAG.noReply) !== 0) return;
    const to = { replySerial: message.serial, destination: message.sender };
    const error = ({ name, message: text }: Failed): Outgoing => {
      return { ...to, type: KIND.error, errorName: name, signature: 's', body: [text] };
    };
    if (answer.kind === 'error') this.send(error(answer));
    else if (!this.send({ ...to, type: KIND.return, signature: answer.signature, body: answer.body }))
      this.send(error(failed(ERROR.failed, 'internal error')));
  }

  /** @returns false when the message does not fit its signature */
  private send(fields: Outgoing): boolean {
    if (this.dead !== undefined) return true;
    // The bus closes a connection that sends it an invalid path or signature; we send none at all.
    if (/[ogh]/.test(fields.signature)) return false;
    try {
      this.bus.send(new WireMessage({ ...fields, body: fields.body.map(encode) }));
    } catch (error) {
      this.warn(`internal error: ${textOf(error)}`);
      return false;
    }
    if (this.inner._connection.stream.writableLength > UNREAD)
      this.lose('the bus does not read what we send');
    return true;
  }

  private lose(why: string): void {
    if (this.dead !== undefined) return;
    this.dead = why;
    this.inner._connection.stream.destroy();
    for (const settle of [...this.waiting]) settle(silence(why));
    this.tellLoss(why);
  }

  private drop(why: string): void {
    // Only the first: every user can send such messages, and must not be able to fill the journal.
    if (!this.dropped) this.warn(`a message was skipped: ${why}`);
    this.dropped = true;
  }
}

const silence = (why: string): Reply => ({ kind: 'silence', why });

const encode = (value: BusValue): unknown =>
  encodeWith((signature, one) => new Variant(signature, one), value);
