import type { Host } from '../../host/host.js';
import { describeFailure } from '../../host/probe.js';
import { ERRNO_WORDS } from '../go-struct/configuration-file.js';
import type { Invocation } from '../service/invocation.js';
import { fromWorkingDirectory, goJoin } from '../../host/paths.js';

const ADMINISTRATOR = '/etc/containers/storage.conf';
const DISTRIBUTION = '/usr/share/containers/storage.conf';

export type StorageConfChoice =
  | {
      readonly kind: 'chosen';
      /** The file whose values count; none is built-in defaults, or those of `home`. */
      readonly file?: string;
      /** $XDG_CONFIG_HOME/containers/storage.conf, which root parses too. */
      readonly home?: string;
    }
  | { readonly kind: 'refused'; readonly file: string; readonly words: string }
  | { readonly kind: 'unknown'; readonly why: string };

/**
 * Which storage.conf a root process reads (types/utils.go DefaultConfigFile, types/options.go
 * loadDefaultStoreOptions). A dangling symlink counts as absent.
 */
export async function chooseStorageConf(host: Host, invocation: Invocation): Promise<StorageConfChoice> {
  const { environment, workingDirectory } = invocation;
  const named = environment.get('CONTAINERS_STORAGE_CONF');
  if (named !== undefined) {
    const status = named === '' ? 'ENOENT' : await look(host, named, workingDirectory);
    if (typeof status === 'object') return status;
    if (status === 'there') return { kind: 'chosen', file: named };
    return { kind: 'refused', file: named, words: `stat ${named}: ${ERRNO_WORDS[status]}` };
  }
  const base = environment.get('XDG_CONFIG_HOME');
  let home: string | undefined;
  if (base !== undefined) {
    const path = goJoin(base, 'containers', 'storage.conf');
    const status = await look(host, path, workingDirectory);
    if (typeof status === 'object') return status;
    if (status === 'there') home = path;
    else if (status !== 'ENOENT') {
      return { kind: 'refused', file: path, words: `faccessat ${path}: ${ERRNO_WORDS[status]}` };
    }
  }
  const chosen = home === undefined ? {} : { home };
  const administrator = await look(host, ADMINISTRATOR, workingDirectory);
  if (typeof administrator === 'object') return administrator;
  if (administrator === 'there') return { kind: 'chosen', file: ADMINISTRATOR, ...chosen };
  const distribution = await look(host, DISTRIBUTION, workingDirectory);
  if (typeof distribution === 'object') return distribution;
  if (distribution === 'there') return { kind: 'chosen', file: DISTRIBUTION, ...chosen };
  if (distribution === 'ENOENT') return { kind: 'chosen', ...chosen };
  const operation = home === undefined ? 'stat' : 'faccessat';
  const words = `${operation} ${DISTRIBUTION}: ${ERRNO_WORDS[distribution]}`;
  return { kind: 'refused', file: DISTRIBUTION, words };
}

type Look = 'there' | keyof typeof ERRNO_WORDS | { readonly kind: 'unknown'; readonly why: string };

async function look(host: Host, path: string, workingDirectory: string): Promise<Look> {
  const status = await host.stat(fromWorkingDirectory(workingDirectory, path));
  if (status.state === 'unknown') return { kind: 'unknown', why: describeFailure(status.why) };
  return status.state === 'known' ? 'there' : status.errno;
}
