import { escapeControls } from '../text/escape.js';
import { recordingText } from '../host/recorded/recording.js';
import { RecordingHost } from '../host/recorded/recording-host.js';
import { checkHost, type CheckRequest } from '../check/check-host.js';
import { EXIT } from './exit-code.js';
import type { WriteFile } from './output-file.js';
import type { Session } from './session.js';
import { readPools } from '../facts/zfs/pools.js';
import { valueOf } from '../host/probe.js';
import { recommend } from '../recommend/recommend.js';
import { readDropIns } from '../fix/drop-in-directory.js';
import { correct } from '../fix/correct.js';
import { NO_LEDGER } from '../fix/ledger.js';

/**
 * `--record FILE`: runs the check and the planning of a correction, and saves every answer they were
 * given. Nothing that was not asked is in the file.
 */
export async function runRecord(session: Session, request: CheckRequest, write: WriteFile): Promise<number> {
  const host = new RecordingHost(session.host);
  // With what --fix asks, too.
  const checked = await checkHost(host, { ...request, ordering: true });
  const { diagnosis } = checked;
  const { input } = diagnosis;
  if (input !== undefined) await readDropIns(host, { ...diagnosis, input });
  await correct({
    host,
    check: request,
    checked,
    trigger: 'plan',
    ledger: NO_LEDGER,
    id: '',
    time: session.now(),
  });
  // And what --recommend asks for each pool.
  for (const { name } of valueOf(await readPools(host)) ?? []) await recommend(host, request, name);
  const recording = host.recording(session.now(), request.crioFlags);
  const failure = await write(recordingText(recording));
  if (failure !== undefined) {
    session.warn(`crio-guard: the recording could not be written: ${escapeControls(failure)}\n`);
    return EXIT.unknown;
  }
  session.print(`recorded ${recording.answers.length} answers of this host\n`);
  return EXIT.ok;
}
