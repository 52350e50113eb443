import { resolve } from 'node:path';
import { CONTENT_LIMIT, type Host } from '../host/host.js';
import { describeFailure } from '../host/probe.js';
import { openRecordedHost, type RecordedHost } from '../host/recorded/recorded-host.js';
import { escapeControls } from '../text/escape.js';

/**
 * `--from FILE`
 *
 * @param machine reads the file: its storage may not answer
 * @returns the recorded host, or why it cannot be used
 */
export async function openRecording(
  machine: Host,
  path: string,
): Promise<RecordedHost | { readonly error: string }> {
  const content = await machine.readFile(resolve(path), CONTENT_LIMIT);
  if (content.state === 'absent')
    return { error: `${escapeControls(path)}: no such file (${content.errno})` };
  if (content.state === 'unknown') return { error: escapeControls(describeFailure(content.why)) };
  const text = Buffer.from(content.value).toString('utf8');
  const host = openRecordedHost(text);
  return 'error' in host ? { error: escapeControls(`${path}: ${host.error}`) } : host;
}
