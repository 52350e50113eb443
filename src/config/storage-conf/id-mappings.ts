import type { Host } from '../../host/host.js';
import { describeFailure } from '../../host/probe.js';
import { goQuote } from '../../text/go-text.js';
import type { ConfigurationFile } from '../go-struct/configuration-file.js';
import { decodeText } from '../../text/utf8.js';

/** An error of the mappings: its message, or that it is unknown. */
export type MappingError =
  | { readonly kind: 'refused'; readonly words: string; readonly key: string; readonly exactWords: boolean }
  | { readonly kind: 'unknown'; readonly why: string };

/**
 * The id mappings that older versions made while they read storage.conf (types/options.go
 * ReloadConfigurationFile): the ranges of remap-user and remap-group, then remap-uids and remap-gids.
 */
export async function mappingError(host: Host, file: ConfigurationFile): Promise<MappingError | undefined> {
  const option = (name: string): string => file.string(`storage.options.${name}`)?.value ?? '';
  const user = option('remap-user') || option('remap-group');
  const group = option('remap-group') || user;
  if (user !== '') {
    const ranges =
      (await missingRanges(host, 'subuid', 'user', user)) ??
      (await missingRanges(host, 'subgid', 'group', group));
    if (ranges !== undefined) return ranges;
  }
  for (const name of ['remap-uids', 'remap-gids']) {
    const value = option(name);
    if (isIdMap(value)) continue;
    const words = `initializing ID mappings: ${name} setting is malformed expected ["uint32:uint32:uint32"]: [${goQuote(value)}]`;
    return { kind: 'refused', words, key: `storage.options.${name}`, exactWords: true };
  }
  return undefined;
}

/** idtools NewIDMappings */
async function missingRanges(
  host: Host,
  name: 'subuid' | 'subgid',
  kind: 'user' | 'group',
  owner: string,
): Promise<MappingError | undefined> {
  const path = `/etc/${name}`;
  const content = await host.readFile(path);
  if (content.state === 'unknown') return { kind: 'unknown', why: describeFailure(content.why) };
  const text = content.state === 'known' ? decodeText(content.value) : '';
  const owners = text.split('\n').map((line) => line.trim().split(':')[0]);
  if (owners.some((candidate) => candidate === owner || owner === 'ALL')) return undefined;
  const words = `no ${name} ranges found for ${kind} ${goQuote(owner)} in ${path}`;
  // Without the file it is the error of opening it.
  const exactWords = content.state === 'known';
  return { kind: 'refused', words, key: `storage.options.remap-${kind}`, exactWords };
}

/** idtools ParseIDMap: triples of numbers below 2^32. */
function isIdMap(value: string): boolean {
  if (value === '') return true;
  const parts = value.split(':');
  return parts.length % 3 === 0 && parts.every((part) => /^\d{1,20}$/.test(part) && BigInt(part) < 1n << 32n);
}
