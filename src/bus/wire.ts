import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { Typed, type BusValue, type Call } from './message.js';

/** What dbus-next's types leave out of MessageBus. The version is pinned and its project at rest. */
export interface Inner {
  readonly name: string | null;
  readonly _connection: EventEmitter & { readonly stream: Socket };
  readonly _methodReturnHandlers: Record<number, unknown>;
  _nameOwners: object;
}

/** A message as dbus-next really wants it: its types number the kinds from 0 and have serials as text. */
export interface Wire {
  readonly type: number;
  readonly serial?: number;
  readonly replySerial?: number | null;
  readonly destination?: string;
  readonly path?: string;
  readonly interface?: string;
  readonly member?: string;
  readonly errorName?: string;
  readonly signature: string;
  readonly body: readonly unknown[];
  readonly flags?: number;
}

/** A message with its values still as we write them. */
export type Outgoing = Omit<Wire, 'body'> & { readonly body: readonly BusValue[] };

export const KIND = { call: 1, return: 2, error: 3, signal: 4 } as const;

/** Bits of a message's flags. */
export const FLAG = { noReply: 1, interactive: 4 } as const;

/** The fields of a received message that we look at. */
export interface Received {
  readonly sender: string;
  readonly path: string;
  readonly interface: string | undefined;
  readonly member: string;
  readonly signature: string;
  readonly body: readonly unknown[];
  readonly flags: number;
}

export function callOf({ sender, path, interface: name, member, signature, body, flags }: Received): Call {
  const interactive = (flags & FLAG.interactive) !== 0;
  return { sender, path, interface: name, member, signature, body, interactive };
}

export function textOf(error: unknown): string {
  if (typeof error === 'string') return error;
  return error instanceof Error ? error.message : 'an error without words';
}

/** Longest text that is sent, in characters: the bus closes the connection at 32 MiB a message. */
const LONGEST = 16 * 1024;

/** A NUL cannot be sent; half a surrogate pair would arrive as something else anyway. */
export function sendable(text: string): string {
  return text.slice(0, LONGEST).replace(/\0|\p{Surrogate}/gu, '\ufffd');
}

/** Values as dbus-next's marshaller wants them. @param variant makes one of its own variants */
export function encodeWith(
  variant: (signature: string, value: unknown) => unknown,
  value: BusValue,
): unknown {
  const encode = (one: BusValue): unknown => encodeWith(variant, one);
  if (typeof value === 'string') return sendable(value);
  if (typeof value !== 'object') return value;
  if (value instanceof Typed) return variant(value.signature, encode(value.value));
  if (isList(value)) return value.map(encode);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [sendable(key), encode(one)]));
}

// Array.isArray does not narrow readonly arrays.
const isList = (value: object): value is readonly BusValue[] => Array.isArray(value);
