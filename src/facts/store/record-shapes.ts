import { isRecord } from '../../text/json-record.js';

/** The type of a field in containers/storage's structs. `null` stands for the zero value of each. */
export type Shape = (value: unknown) => boolean;
type Fields = Readonly<Record<string, Shape>>;

const isText: Shape = (value) => typeof value === 'string';
const isInteger: Shape = (value) => Number.isInteger(value);
const isAnything: Shape = () => true;
/** Time.UnmarshalJSON; older versions of Go accept one digit for the hour and a comma. */
const isTime: Shape = (value) =>
  typeof value === 'string' &&
  /^\d{4}-\d\d-\d\dT\d\d?:\d\d:\d\d([.,]\d+)?(Z|[+-]\d\d:\d\d)$/.test(value) &&
  !Number.isNaN(Date.parse(value.slice(0, 10)));
/** go-digest Validate, with the algorithms that are compiled in. */
const isDigest: Shape = (value) =>
  typeof value === 'string' && /^(sha256:[a-f\d]{64}|sha384:[a-f\d]{96}|sha512:[a-f\d]{128})$/.test(value);

const optional =
  (shape: Shape): Shape =>
  (value) =>
    value === null || shape(value);
const listOf = (shape: Shape): Shape =>
  optional((value) => Array.isArray(value) && value.every(optional(shape)));
const mapOf = (shape: Shape): Shape =>
  optional((value) => isRecord(value) && Object.entries(value).every(([, field]) => optional(shape)(field)));
/** json-iterator falls back to the lower case of a name that it does not find. */
const structOf =
  (fields: Fields): Shape =>
  (value) =>
    isRecord(value) && Object.entries(value).every(([name, field]) => shapeOf(fields, name)(field));

function shapeOf(fields: Fields, name: string): Shape {
  const key = Object.hasOwn(fields, name) ? name : name.toLowerCase();
  return optional(Object.hasOwn(fields, key) ? (fields[key] ?? isAnything) : isAnything);
}

const SHARED: Fields = {
  id: isText,
  names: listOf(isText),
  metadata: isText,
  'big-data-names': listOf(isText),
  'big-data-sizes': mapOf(isInteger),
  'big-data-digests': mapOf(isText),
  created: isTime,
  flags: mapOf(isAnything),
};

/** images.go Image, and recomputeDigests, which validates the digests of manifests. */
export const isImage: Shape = structOf({
  ...SHARED,
  digest: (value) => value === '' || isDigest(value),
  'big-data-digests': (value) =>
    isRecord(value) &&
    mapOf(isText)(value) &&
    Object.entries(value).every(([name, digest]) => !name.startsWith('manifest') || isDigest(digest)),
  'names-history': listOf(isText),
  layer: isText,
  'mapped-layers': listOf(isText),
});

const isIdMap = listOf(structOf({ container_id: isInteger, host_id: isInteger, size: isInteger }));

/** containers.go Container */
export const isContainer: Shape = structOf({
  ...SHARED,
  image: isText,
  layer: isText,
  uidmap: isIdMap,
  gidmap: isIdMap,
});

/** layers.json is read only after the start, and no more of it is used than identifiers and flags. */
export const isLayer: Shape = (value) => value === null || isRecord(value);
