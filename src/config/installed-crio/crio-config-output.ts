/** The merged values as `crio config` prints them. */
export interface PrintedStorage {
  readonly root: string;
  readonly runroot: string;
  readonly imagestore: string;
  readonly driver: string;
  readonly options: readonly string[];
}

const ASSIGNMENT = /^(?:# )?(root|runroot|imagestore|storage_driver|storage_option) = (.*)$/;
const ITEM = /^(?:# )?\t(".*"),$/;

/**
 * Reads the output of `crio config`. A value that equals the default is printed behind `# `, any other one
 * bare; strings are not escaped, items of the list are (`%q`).
 *
 * @returns `undefined` when one of the five values is missing or not understood
 */
export function parseCrioConfigOutput(output: string): PrintedStorage | undefined {
  const lines = output.split('\n');
  const values = new Map<string, string>();
  let options: string[] | undefined;
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? '';
    // The tables after [crio] have keys of their own; root and the others stand before them.
    if (/^(?:# )?\[crio\.[a-z]/.test(line)) break;
    const [, key, value] = ASSIGNMENT.exec(line) ?? [];
    if (key === undefined || value === undefined) continue;
    if (key !== 'storage_option') {
      if (!/^".*"$/.test(value) || values.has(key)) return undefined;
      values.set(key, value.slice(1, -1));
      continue;
    }
    if (value !== '[' || options !== undefined) return undefined;
    options = [];
    for (index++; !/^(?:# )?\]$/.test(lines[index] ?? ']'); index++) {
      const item = unquote(ITEM.exec(lines[index] ?? '')?.[1]);
      if (item === undefined) return undefined;
      options.push(item);
    }
  }
  const root = values.get('root');
  const runroot = values.get('runroot');
  const driver = values.get('storage_driver');
  if (root === undefined || runroot === undefined || driver === undefined || options === undefined) {
    return undefined;
  }
  // CRI-O before 1.29 has no image store of its own.
  return { root, runroot, driver, options, imagestore: values.get('imagestore') ?? '' };
}

/** Undoes `%q`. */
function unquote(literal: string | undefined): string | undefined {
  if (literal === undefined) return undefined;
  const wide = literal
    .replace(/\\U([0-9a-f]{8})/g, (_whole, digits: string) =>
      String.fromCodePoint(Number.parseInt(digits, 16)),
    )
    .replace(/\\x([0-9a-f]{2})/g, '\\u00$1')
    .replace(/\\a/g, '\\u0007')
    .replace(/\\v/g, '\\u000b');
  try {
    const value: unknown = JSON.parse(wide);
    return typeof value === 'string' ? value : undefined;
  } catch {
    // Go printed an escape that is not known here.
    return undefined;
  }
}
