// One call of a method that asks for a consent, by the user who runs this: unprivileged-call.js ADDRESS METHOD
import { Connection } from '../../src/bus/connection.js';
import { guardCall } from '../bus/private-bus.js';

const [address = '', member = ''] = process.argv.slice(2);
const bus = await Connection.open(address, 5000, () => undefined);
if ('error' in bus) console.log(bus.error);
else {
  const more = member === 'Fix' ? { signature: 'b', body: [false] } : {};
  console.log(JSON.stringify(await bus.call(guardCall(member, { ...more, limit: 20_000 }))));
  await bus.close();
}
