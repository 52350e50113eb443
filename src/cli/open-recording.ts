import { CONTENT_LIMIT } from '../host/host.js';
import { readRegularFile } from '../host/linux/regular-file.js';
import { describeFailure } from '../host/probe.js';
import { openRecordedHost, type RecordedHost } from '../host/recorded/recorded-host.js';
import { escapeControls } from '../text/escape.js';

/** `--from FILE` @returns the recorded host, or why it cannot be used */
export function openRecording(path: string): RecordedHost | { readonly error: string } {
  const content = readRegularFile(path, CONTENT_LIMIT);
  if (content.state === 'absent')
    return { error: `${escapeControls(path)}: no such file (${content.errno})` };
  if (content.state === 'unknown') return { error: escapeControls(describeFailure(content.why)) };
  const text = Buffer.from(content.value).toString('utf8');
  const host = openRecordedHost(text);
  return 'error' in host ? { error: escapeControls(`${path}: ${host.error}`) } : host;
}
