// What the service on D-Bus costs while nobody calls: its memory, and how often it wakes up.
//
//   make bench      prints it last; needs dbus-daemon
import { readFileSync } from 'node:fs';
import { withoutDaemon } from '../../build/test/bus/private-bus.js';
import { pause, withService } from '../../build/test/bus/service.js';

const SECONDS = 20;

/** A number of /proc/PID/status. */
const statusOf = ({ pid }, name) =>
  Number(new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);

async function measure({ process }) {
  // Some seconds after the last call it frees what the call has left.
  await pause(20_000);
  const before = statusOf(process, 'voluntary_ctxt_switches');
  await pause(SECONDS * 1000);
  const wakeUps = statusOf(process, 'voluntary_ctxt_switches') - before;
  const resident = (statusOf(process, 'VmRSS') / 1024).toFixed(0);
  console.log(`\nservice on D-Bus at rest: ${resident} MiB, ${wakeUps} wake-ups in ${SECONDS} s`);
}

if (withoutDaemon === false) await withService(measure);
