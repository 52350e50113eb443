import type { Host } from '../../host/host.js';
import { describeFailure, type AbsenceErrno } from '../../host/probe.js';
import { decode, type Decoded, type FieldValue } from './decode.js';
import { dialectOf, TOML_11_VARIABLE } from '../installed-crio/toml-dialect.js';
import type { CrioVersion } from '../installed-crio/crio-version.js';
import type { ConfigurationNote } from '../notes.js';
import type { Origin } from '../origin.js';
import { fromWorkingDirectory } from '../../host/paths.js';
import type { StructType } from './struct-schema.js';
import { parseToml } from '../../toml/toml.js';
import { keyName, refusalMessage, type TomlDocument } from '../../toml/value.js';

/** What strerror(3) makes of an errno, as Go prints it. */
export const ERRNO_WORDS: Readonly<Record<AbsenceErrno, string>> = {
  ENOENT: 'no such file or directory',
  ENOTDIR: 'not a directory',
  ELOOP: 'too many levels of symbolic links',
  ENAMETOOLONG: 'file name too long',
};

export type FileResult =
  | { readonly kind: 'read'; readonly file: ConfigurationFile }
  | { readonly kind: 'absent'; readonly errno: AbsenceErrno }
  | { readonly kind: 'directory' }
  | {
      readonly kind: 'refused';
      readonly message: string;
      readonly line: number | undefined;
      readonly key: string;
      readonly exactWords: boolean;
    }
  | { readonly kind: 'unknown'; readonly why: string };

export interface FileRequest {
  readonly path: string;
  readonly workingDirectory: string;
  readonly schema: StructType;
  readonly version: CrioVersion;
  readonly environment: ReadonlyMap<string, string>;
}

/** Reads one file and decodes it into its Go struct. */
export async function readConfigurationFile(host: Host, request: FileRequest): Promise<FileResult> {
  const { path, schema, version } = request;
  const place = fromWorkingDirectory(request.workingDirectory, path);
  const status = await host.stat(place);
  if (status.state === 'absent') return { kind: 'absent', errno: status.errno };
  if (status.state === 'unknown') return { kind: 'unknown', why: describeFailure(status.why) };
  if (status.value.kind === 'directory') return { kind: 'directory' };
  if (status.value.kind !== 'file' && place !== '/dev/null' && !(await isMasked(host, place))) {
    return { kind: 'unknown', why: `${path} is not a regular file` };
  }
  const content = await host.readFile(place);
  if (content.state === 'absent') return { kind: 'absent', errno: content.errno };
  if (content.state === 'unknown') return { kind: 'unknown', why: describeFailure(content.why) };
  const { parsed, anyType } = await parseFor(content.value, request);
  if (parsed.kind === 'unknown') {
    return { kind: 'unknown', why: `could not interpret ${path}: ${parsed.why}` };
  }
  if (parsed.kind === 'refused') {
    const { refusal } = parsed;
    const { line, lastKey: key } = refusal;
    return { kind: 'refused', message: refusalMessage(refusal), line, key, exactWords: true };
  }
  const decoded = decode(parsed.document, schema, version.behaviour, anyType);
  const [first] = decoded.refusals;
  if (first !== undefined) {
    const { line, lastKey: key } = first;
    const exactWords = first.exactWords && decoded.refusals.length === 1;
    return { kind: 'refused', message: refusalMessage(first), line, key, exactWords };
  }
  const [possible] = decoded.possibleRefusals;
  if (possible !== undefined) {
    const why = `${path} gives ${possible.lastKey} a type that CRI-O ${version.text} may refuse`;
    return { kind: 'unknown', why };
  }
  return { kind: 'read', file: new ConfigurationFile(path, parsed.document, decoded) };
}

/**
 * TOML 1.1 accepts all that TOML 1.0 does, so the variable that switches it on in older versions is looked at only
 * when the file is refused without it.
 */
async function parseFor(content: Uint8Array, { version, environment }: FileRequest) {
  const dialect = dialectOf(version);
  const parsed = await parseToml(content, dialect);
  if (parsed.kind !== 'refused' || dialect.toml11 || !environment.has(TOML_11_VARIABLE)) {
    return { parsed, anyType: dialect.anyType };
  }
  return { parsed: await parseToml(content, dialectOf(version, true)), anyType: dialect.anyType };
}

/** A symlink to /dev/null is how an administrator masks a file; everything else special is left alone. */
async function isMasked(host: Host, place: string): Promise<boolean> {
  const target = await host.readLink(place);
  return target.state === 'known' && target.value === '/dev/null';
}

/** A file that CRI-O takes. */
export class ConfigurationFile {
  /** Fields that have two spellings with different values: CRI-O picks one at random. */
  readonly ambiguous = new Set<string>();

  constructor(
    readonly path: string,
    readonly document: TomlDocument,
    readonly decoded: Decoded,
  ) {}

  /** The value of a field, `undefined` when the file does not set it. */
  private field(name: string): FieldValue | undefined {
    const values = this.decoded.values.get(name) ?? [];
    const distinct = new Set(values.map(({ value }) => printed(value)));
    if (distinct.size > 1) this.ambiguous.add(name);
    return values[0];
  }

  /** A string, or what is set when the key is absent. */
  string(name: string): { readonly value: string; readonly origin: Origin } | undefined {
    const field = this.field(name);
    if (field?.value.type !== 'string') return undefined;
    return { value: field.value.value, origin: this.origin(field) };
  }

  integer(name: string): { readonly value: bigint; readonly origin: Origin } | undefined {
    const field = this.field(name);
    if (field?.value.type !== 'integer') return undefined;
    return { value: field.value.value, origin: this.origin(field) };
  }

  strings(name: string): { readonly values: readonly string[]; readonly origin: Origin } | undefined {
    const field = this.field(name);
    if (field?.value.type !== 'array') return undefined;
    const values = field.value.items.flatMap((item) => (item.type === 'string' ? [item.value] : []));
    return { values, origin: this.origin(field) };
  }

  private origin(field: FieldValue): Origin {
    return { kind: 'file', path: this.path, key: keyName(field.path), line: field.line };
  }

  /** Notes that any file may give rise to. */
  notes(): ConfigurationNote[] {
    const file = this.path;
    const spellings = this.decoded.twoSpellings.map(({ field, spellings: keys }): ConfigurationNote => {
      const names = keys.map(({ path }) => keyName(path));
      const detail = `${file} spells ${field} in ${names.length} ways; CRI-O takes one of them at random`;
      const line = keys[keys.length - 1]?.line;
      const place = line === undefined ? {} : { line };
      return { kind: 'two-spellings', file, key: field, spellings: names, detail, ...place };
    });
    const repeated = this.document.replaced.map(({ path, line }): ConfigurationNote => {
      const key = keyName(path);
      const detail = `${file} sets ${key} twice; this CRI-O takes the last, CRI-O 1.36 refuses the file`;
      return { kind: 'repeated-array', file, key, line, detail };
    });
    return [...spellings, ...repeated];
  }
}

function printed(value: FieldValue['value']): string {
  return JSON.stringify(value, (name, inner: unknown) => {
    if (name === 'line') return undefined;
    return typeof inner === 'bigint' ? inner.toString() : inner;
  });
}
