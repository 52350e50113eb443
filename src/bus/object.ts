import type { InterfaceDefinition } from './definition.js';
import { introspectObject, introspectParent } from './introspection.js';
import { ERROR, failed, returned, Typed, type Answer, type BusValue, type Call } from './message.js';

/** What stands behind an interface on the bus. */
export interface Implementation {
  property(name: string): BusValue;
  /** The call's name and signature were checked against the definition. */
  invoke(call: Call): Promise<Answer>;
  /** Id of the machine, for org.freedesktop.DBus.Peer. */
  machineId(): string | undefined;
}

const PEER = 'org.freedesktop.DBus.Peer';
const INTROSPECTABLE = 'org.freedesktop.DBus.Introspectable';
export const PROPERTIES = 'org.freedesktop.DBus.Properties';

/**
 * One object with one interface of our own. dbus-next has such a thing too; there, a Set of a read-only
 * property assigns before it refuses, and errors carry stack traces.
 */
export class BusObject {
  constructor(
    readonly path: string,
    readonly definition: InterfaceDefinition,
    private readonly implementation: Implementation,
  ) {}

  async answer(call: Call): Promise<Answer> {
    const { interface: name } = call;
    if (name === PEER) return this.peer(call);
    if (name === INTROSPECTABLE && call.member === 'Introspect') return this.introspect(call);
    if (call.path !== this.path) return failed(ERROR.unknownObject, `there is no object ${call.path}`);
    if (name === PROPERTIES) return this.properties(call);
    if (name !== undefined && name !== this.definition.name) {
      return failed(ERROR.unknownInterface, `${this.path} has no interface ${name}`);
    }
    const method = this.definition.methods.find((one) => one.name === call.member);
    if (method === undefined) return unknownMethod(call);
    const signature = method.in.map(({ type }) => type).join('');
    return call.signature === signature ? this.implementation.invoke(call) : wrongArguments(call, signature);
  }

  /** The arguments of PropertiesChanged. */
  changed(names: readonly string[]): readonly BusValue[] {
    return [this.definition.name, Object.fromEntries(names.map((name) => [name, this.typed(name)])), []];
  }

  private peer(call: Call): Answer {
    if (call.member === 'Ping') return returned();
    if (call.member !== 'GetMachineId') return unknownMethod(call);
    const id = this.implementation.machineId();
    return id === undefined ? failed(ERROR.failed, 'this machine has no id') : returned('s', [id]);
  }

  private introspect({ path }: Call): Answer {
    if (path === this.path) return returned('s', [introspectObject(this.definition)]);
    const above = path === '/' ? '/' : `${path}/`;
    if (!this.path.startsWith(above)) return failed(ERROR.unknownObject, `there is no object ${path}`);
    return returned('s', [introspectParent(this.path.slice(above.length).split('/')[0] ?? '')]);
  }

  private properties(call: Call): Answer {
    const [name, property] = call.body;
    const known = SIGNATURES.get(call.member);
    if (known === undefined) return unknownMethod(call);
    if (call.signature !== known) return wrongArguments(call, known);
    // An empty name stands for whichever interface has the property.
    if (name !== this.definition.name && name !== '') {
      return failed(ERROR.unknownInterface, `${this.path} has no such interface with properties`);
    }
    if (call.member === 'GetAll') {
      const entries = this.definition.properties.map((one) => [one.name, this.typed(one.name)] as const);
      return returned('a{sv}', [Object.fromEntries(entries)]);
    }
    const found = this.definition.properties.find((one) => one.name === property);
    if (found === undefined) return failed(ERROR.unknownProperty, `there is no such property`);
    if (call.member === 'Set') return failed(ERROR.readOnly, `${found.name} is for reading only`);
    return returned('v', [this.typed(found.name)]);
  }

  private typed(name: string): Typed {
    const type = this.definition.properties.find((one) => one.name === name)?.type ?? 's';
    return new Typed(type, this.implementation.property(name));
  }
}

const SIGNATURES: ReadonlyMap<string, string> = new Map([
  ['Get', 'ss'],
  ['GetAll', 's'],
  ['Set', 'ssv'],
]);

const unknownMethod = ({ member }: Call): Answer =>
  failed(ERROR.unknownMethod, `there is no method ${member} with this interface`);

const wrongArguments = ({ member }: Call, signature: string): Answer =>
  failed(ERROR.invalidArguments, `${member} takes ${signature === '' ? 'no arguments' : `"${signature}"`}`);
