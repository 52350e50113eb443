import { readFileSync } from 'node:fs';
import type { RecordedHost } from '../host/recorded/recorded-host.js';
import { escapeControls } from '../text/escape.js';
import { reasonOf } from './output-file.js';

/** `--from FILE` @returns the recorded host, or why there is none */
export async function openRecording(path: string): Promise<RecordedHost | { readonly error: string }> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    return { error: `${escapeControls(path)}: ${reasonOf(error)}` };
  }
  const { openRecordedHost } = await import('../host/recorded/recorded-host.js');
  const host = openRecordedHost(text);
  return 'error' in host ? { error: escapeControls(`${path}: ${host.error}`) } : host;
}
