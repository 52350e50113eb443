import { userOf } from './bus-name.js';
import type { Connection } from './connection.js';
import { ERROR, failed, Typed, type Call, type Failed } from './message.js';

/** Actions of packaging/polkit-1/actions/io.github.crioguard.policy. */
export type Action = 'io.github.crioguard.check' | 'io.github.crioguard.fix' | 'io.github.crioguard.revert';

/** The part of {@link Connection} that is used here. */
export type Asking = Pick<Connection, 'call'>;

/** Milliseconds for an answer that no person has to give, and for one that a person gives. */
const AT_ONCE = 10_000;
const IN_PERSON = 120_000;
const INTERACTIVE = 1;

/** Errors by which the bus says that there is no polkit. */
const NO_POLKIT = new Set([
  'org.freedesktop.DBus.Error.ServiceUnknown',
  'org.freedesktop.DBus.Error.NameHasNoOwner',
  'org.freedesktop.systemd1.NoSuchUnit',
]);

/** @returns why the caller may not, or undefined when it may. An answer that is missing is a refusal. */
export async function refusal(bus: Asking, call: Call, action: Action): Promise<Failed | undefined> {
  const user = await userOf(bus, call.sender);
  if (user === undefined) return failed(ERROR.accessDenied, 'the bus does not know who is calling');
  return user === 0 ? undefined : askPolkit(bus, call, action);
}

async function askPolkit(bus: Asking, call: Call, action: Action): Promise<Failed | undefined> {
  const answer = await bus.call({
    destination: 'org.freedesktop.PolicyKit1',
    path: '/org/freedesktop/PolicyKit1/Authority',
    interface: 'org.freedesktop.PolicyKit1.Authority',
    member: 'CheckAuthorization',
    signature: '(sa{sv})sa{ss}us',
    // The name, not a process id: a name is never given to another connection, a pid is.
    body: [
      ['system-bus-name', { name: new Typed('s', call.sender) }],
      action,
      {},
      call.interactive ? INTERACTIVE : 0,
      '',
    ],
    limit: call.interactive ? IN_PERSON : AT_ONCE,
  });
  if (answer.kind === 'silence')
    return failed(ERROR.accessDenied, `polkit could not be asked: ${answer.why}`);
  if (answer.kind === 'error') {
    const why = NO_POLKIT.has(answer.name) ? 'without polkit only root may do this' : answer.message;
    return failed(ERROR.accessDenied, why);
  }
  const [result] = answer.body;
  const [authorized, challenge] = Array.isArray(result) ? (result as readonly unknown[]) : [];
  if (authorized === true) return undefined;
  return challenge === true && !call.interactive
    ? failed(ERROR.interactionRequired, `an administrator has to consent to ${action}`)
    : failed(ERROR.accessDenied, `polkit does not allow ${action}`);
}
