import type { Dataset } from '../../facts/zfs/datasets.js';
import { shellWord } from '../../text/shell-word.js';

/** Whose key opens a dataset, and where it is kept. */
export interface EncryptionKey {
  readonly encryptionroot: string;
  /** `prompt`, a URL, or empty when it cannot be told. */
  readonly keylocation: string;
}

/** Only the encryption root knows where the key is; for those below it zfs says `none`. */
export function keyOf(dataset: Dataset, datasets: readonly Dataset[]): EncryptionKey {
  const encryptionroot = dataset.encryptionroot === '-' ? dataset.name : dataset.encryptionroot;
  const root = datasets.find(({ name }) => name === encryptionroot) ?? dataset;
  const { keylocation } = root;
  return { encryptionroot, keylocation: keylocation === 'none' || keylocation === '-' ? '' : keylocation };
}

export function loadKeyAdvice({ encryptionroot, keylocation }: EncryptionKey): readonly string[] {
  const command = `zfs load-key ${shellWord(encryptionroot)}`;
  if (keylocation === '') return [command];
  return keylocation === 'prompt'
    ? ['The passphrase has to be typed in:', command]
    : [`The key is read from ${keylocation}:`, command];
}
