import { isRecord } from '../../text/json-record.js';
import type { Host } from '../../host/host.js';
import { CONFIGURATION_LIMIT } from '../../host/host.js';
import { chainProbe, known, unknown, type Probe } from '../../host/probe.js';
import { messageOf } from '../../text/message-of.js';
import { decodeText } from '../../text/utf8.js';

/** What Docker's daemon.json says of its storage. Empty strings where it says nothing. */
export interface DockerStore {
  readonly file: string;
  readonly driver: string;
  readonly root: string;
  readonly fsname: string;
}

const FILE = '/etc/docker/daemon.json';

/** Absent when there is no daemon.json: what Docker then chooses is seen where its layers are mounted. */
export async function readDockerStore(host: Host): Promise<Probe<DockerStore>> {
  return chainProbe(await host.readFile(FILE, CONFIGURATION_LIMIT), parseDockerStore);
}

export function parseDockerStore(bytes: Uint8Array): Probe<DockerStore> {
  let value: unknown;
  try {
    value = JSON.parse(decodeText(bytes));
  } catch (error) {
    return unknown('unreadable', `read ${FILE}`, messageOf(error));
  }
  const word = (key: string): string => stringOf(field(value, key));
  const options = field(value, 'storage-opts');
  const fsname = (Array.isArray(options) ? options.map(stringOf) : [])
    .filter((option) => option.startsWith('zfs.fsname='))
    .map((option) => option.slice('zfs.fsname='.length))
    .pop();
  return known({
    file: FILE,
    driver: word('storage-driver'),
    root: word('data-root') || word('graph') || '/var/lib/docker',
    fsname: fsname ?? '',
  });
}

const field = (value: unknown, key: string): unknown => (isRecord(value) ? value[key] : undefined);

const stringOf = (value: unknown): string => (typeof value === 'string' ? value : '');
