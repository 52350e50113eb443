import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkRequest, runCheck } from '../../src/cli/check.js';
import { runConfig } from '../../src/cli/config.js';
import { EXIT } from '../../src/cli/exit-code.js';
import { parseCommand } from '../../src/cli/argv.js';
import type { Execution } from '../../src/host/host.js';
import { known, unknown, type Probe } from '../../src/host/probe.js';
import { machineHost } from '../rules/machine.js';
import { sessionOn } from './session.js';

const FLAGS = ['--of-this-build', 'x'];
const PRINTED = `root = "/var/lib/crio/containers"
runroot = "/run/containers/storage"
storage_driver = "zfs"
storage_option = [
]
`;

/** Exit codes of --check and --config on a host whose CRI-O is called with a flag that only it knows. */
async function exitCodes(answer: Probe<Execution>): Promise<readonly number[]> {
  const codes: number[] = [];
  for (const kind of ['check', 'config'] as const) {
    const host = machineHost({ flags: FLAGS });
    const run = host.run.bind(host);
    host.run = (program, args) => (args.includes('config') ? Promise.resolve(answer) : run(program, args));
    const { session } = sessionOn(host);
    const command = parseCommand([`--${kind}`, '--', ...FLAGS]);
    assert.ok(command.kind === kind);
    const request = checkRequest(session, command.options);
    assert.ok(!('error' in request));
    codes.push(
      kind === 'config'
        ? await runConfig(session, request, false)
        : await runCheck(session, request, { format: 'text', only: [] }),
    );
  }
  return codes;
}

test('--config accepts a flag that only the installed CRI-O knows, as --check does', async () => {
  const accepted = known({ exitCode: 0, stdout: PRINTED, stderr: '' });
  assert.deepEqual(await exitCodes(accepted), [EXIT.ok, EXIT.ok]);
});

test('--config and --check say error where the installed CRI-O refuses the flag', async () => {
  const stderr = 'level=fatal msg="flag provided but not defined: -of-this-build"\n';
  assert.deepEqual(await exitCodes(known({ exitCode: 1, stdout: '', stderr })), [EXIT.error, EXIT.error]);
});

test('--config and --check say unknown where the installed CRI-O does not answer', async () => {
  assert.deepEqual(await exitCodes(unknown('timeout', 'run it', 'timed out')), [EXIT.unknown, EXIT.unknown]);
});
