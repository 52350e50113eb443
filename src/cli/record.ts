import { recordingText } from '../host/recording.js';
import { RecordingHost } from '../host/recording-host.js';
import { checkHost, type CheckRequest } from './checking.js';
import { EXIT } from './exit-code.js';
import type { WriteFile } from './output-file.js';
import type { Session } from './session.js';
import { readDropIns } from '../fix/drop-in-directory.js';
import { correct } from './correction.js';
import { LedgerFile } from '../fix/ledger.js';

/**
 * `--record FILE`: runs the check and the planning of a correction, and saves every answer they were
 * given. Nothing that was not asked is in the file.
 */
export async function runRecord(session: Session, request: CheckRequest, write: WriteFile): Promise<number> {
  const host = new RecordingHost(session.host);
  const checked = await checkHost(host, request);
  const { situation } = checked.diagnosis;
  if (situation !== undefined)
    await readDropIns({ host, invocation: checked.invocation }, situation.facts.mounts);
  await checkHost(host, { ...request, ordering: true });
  await correct({
    host,
    check: request,
    checked,
    carryOut: false,
    automatic: false,
    ledger: new LedgerFile(),
    id: '',
    time: session.now(),
  });
  const recording = host.recording(session.now(), request.crioFlags);
  const failure = write(recordingText(recording));
  if (failure !== undefined) {
    session.warn(`crio-guard: the recording could not be written: ${failure}\n`);
    return EXIT.unknown;
  }
  session.print(`recorded ${recording.answers.length} answers of this host\n`);
  return EXIT.ok;
}
