import { goClean } from '../host/paths.js';
import { goParseBool } from '../text/go-text.js';
import type { ZfsFacts } from '../facts/facts.js';
import { parseOption, lastValue, type OwnOption } from './options.js';
import type { OptionCause } from './cause.js';
import { fail, unsure, type Refused, type Unsure } from './prediction.js';

/** Keys with the prefixes that overlay takes for its own. */
const own = (...names: readonly string[]): readonly string[] =>
  names.flatMap((name) => [`overlay.${name}`, `overlay2.${name}`, `.${name}`, name]);

const IMAGE_STORES = ['imagestore', 'additionalimagestore'];
const STORES = own(...IMAGE_STORES, 'additionallayerstore');

/** The absolute paths of the stores that overlay's parseOptions asks for. */
export function additionalStoresOf(options: readonly string[]): string[] {
  return options.flatMap((text) => {
    const option = parseOption(text);
    if (option === undefined || !STORES.includes(option.key)) return [];
    return pathsIn(option.value).filter((path) => path.startsWith('/'));
  });
}

export const usesComposefs = (options: readonly string[]): boolean =>
  goParseBool(lastValue(options, own('use_composefs'))) === true;

/** A layer store may have flags of its own behind colons. */
const pathsIn = (value: string): string[] =>
  value === '' ? [] : value.split(',').map((store) => goClean(store.split(':')[0] ?? ''));

/** parseOptions of drivers/overlay/overlay.go for one option with stores. */
export function checkAdditionalStores(
  { name, text, value }: OwnOption,
  { additionalStores = [] }: ZfsFacts,
): Refused<OptionCause> | Unsure | undefined {
  const store = IMAGE_STORES.includes(name) ? 'image' : 'layer';
  const refuse = (path: string, problem: 'relative' | 'missing' | 'not a directory') =>
    fail({
      kind: 'additional-store-refused',
      driver: 'overlay',
      option: text,
      store,
      path,
      problem,
    } as const);
  for (const path of pathsIn(value)) {
    if (!path.startsWith('/')) return refuse(path, 'relative');
    const status = additionalStores.find((asked) => asked.path === path)?.status;
    if (status === undefined) {
      return unsure({ kind: 'depends', question: `look at ${path}`, detail: 'it was not asked for' });
    }
    if (status.state === 'unknown') return unsure(status.why);
    if (status.state === 'absent') return refuse(path, 'missing');
    if (status.value.kind !== 'directory') return refuse(path, 'not a directory');
  }
  return undefined;
}
