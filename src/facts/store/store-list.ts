import { goQuote } from '../../text/go-text.js';
import { digestRefusal } from './digest.js';
import { JsonIterator } from './json-iterator/iterator.js';
import type { StoreContent } from './store-file.js';

/** A record of a list, with the few fields that are looked at once it was read. */
interface StoreRecord {
  id: string;
  names: readonly string[];
  digest: string;
  readonly bigDataDigests: Map<string, string>;
}

type Field = readonly [goName: string, read: (iterator: JsonIterator, record: StoreRecord) => void];

interface Schema {
  readonly type: string;
  readonly fields: Readonly<Record<string, Field>>;
}

const text = (iterator: JsonIterator): void => void iterator.readString();
const texts = (iterator: JsonIterator): string[] => {
  const values: string[] = [];
  iterator.readSlice('[]string', () => values.push(iterator.readString()));
  return values;
};
const idMap = (iterator: JsonIterator): void =>
  iterator.readSlice('[]idtools.IDMap', () =>
    iterator.readSmallStruct('idtools.IDMap', (_, name) => {
      const goName = ID_MAP[name.toLowerCase()];
      if (goName === undefined) iterator.skip();
      else if (!iterator.readNull()) iterator.readInteger();
      if (goName !== undefined) iterator.wrap(`${goName}: `);
    }),
  );
const ID_MAP: Readonly<Record<string, string>> = {
  container_id: 'ContainerID',
  host_id: 'HostID',
  size: 'Size',
};

const SHARED: Schema['fields'] = {
  id: ['ID', (iterator, record) => (record.id = iterator.readString())],
  names: ['Names', (iterator, record) => (record.names = texts(iterator))],
  metadata: ['Metadata', text],
  'big-data-names': ['BigDataNames', texts],
  'big-data-sizes': [
    'BigDataSizes',
    (iterator) => iterator.readMap(() => iterator.readNull() || iterator.readInteger()),
  ],
  'big-data-digests': [
    'BigDataDigests',
    (iterator, { bigDataDigests }) =>
      iterator.readMap((_, key) => bigDataDigests.set(key, iterator.readString())),
  ],
  created: ['Created', (iterator) => iterator.readTime()],
  flags: ['Flags', (iterator) => iterator.readMap(() => iterator.readAny())],
};

const IMAGE: Schema = {
  type: 'storage.Image',
  fields: {
    ...SHARED,
    digest: ['Digest', (iterator, record) => (record.digest = iterator.readString())],
    'names-history': ['NamesHistory', texts],
    layer: ['TopLayer', text],
    'mapped-layers': ['MappedTopLayers', texts],
  },
};

const CONTAINER: Schema = {
  type: 'storage.Container',
  fields: {
    ...SHARED,
    image: ['ImageID', text],
    layer: ['LayerID', text],
    uidmap: ['UIDMap', idMap],
    gidmap: ['GIDMap', idMap],
  },
};

/** images.json as images.go load takes it, or how it is refused. */
export const parseImages = (bytes: Uint8Array, path: string): StoreContent => parse(bytes, path, IMAGE);

/** containers.json and volatile-containers.json: containers.go load. */
export const parseContainers = (bytes: Uint8Array, path: string): StoreContent =>
  parse(bytes, path, CONTAINER);

function parse(bytes: Uint8Array, path: string, schema: Schema): StoreContent {
  // An empty file is an empty list.
  if (bytes.length === 0) return { kind: 'list', ids: [] };
  const records: (StoreRecord | undefined)[] = [];
  const { error, exact } = new JsonIterator(bytes).unmarshal((iterator) =>
    iterator.readSlice(`[]*${schema.type}`, () => records.push(readRecord(iterator, schema))),
  );
  const start = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(0, 64));
  const broken = (words: string, exactWords: boolean): StoreContent => ({
    kind: 'broken',
    start,
    length: bytes.length,
    refusal: { words, exactWords },
  });
  if (error !== undefined) return broken(`loading ${goQuote(path)}: ${error}`, exact);
  const ids: string[] = [];
  for (const record of records) {
    // The original looks into what is not there, and panics.
    if (record === undefined)
      return broken('runtime error: invalid memory address or nil pointer dereference', false);
    const refusal = schema === IMAGE ? digestsRefusal(record) : undefined;
    if (refusal !== undefined) return broken(refusal, true);
    ids.push(record.id);
  }
  return { kind: 'list', ids };
}

/** OptionalDecoder: null is no record. */
function readRecord(iterator: JsonIterator, { type, fields }: Schema): StoreRecord | undefined {
  if (iterator.readNull()) return undefined;
  const record: StoreRecord = { id: '', names: [], digest: '', bigDataDigests: new Map() };
  iterator.readStruct(type, (_, name) => {
    const field = Object.hasOwn(fields, name) ? fields[name] : fields[name.toLowerCase()];
    if (field === undefined) {
      iterator.skip();
      return;
    }
    const [goName, read] = field;
    read(iterator, record);
    iterator.wrap(`${goName}: `);
  });
  return record;
}

/** images.go recomputeDigests */
function digestsRefusal({ id, names, digest, bigDataDigests }: StoreRecord): string | undefined {
  const before = `computing digests for image with ID ${goQuote(id)} ([${names.join(' ')}]): `;
  const own = digest === '' ? undefined : digestRefusal(digest);
  if (own !== undefined) return `${before}validating image digest ${goQuote(digest)}: ${own}`;
  for (const [name, value] of bigDataDigests) {
    const refusal = name.startsWith('manifest') ? digestRefusal(value) : undefined;
    if (refusal === undefined) continue;
    return `${before}validating digest ${goQuote(value)} for big data item ${goQuote(name)}: ${refusal}`;
  }
  return undefined;
}
