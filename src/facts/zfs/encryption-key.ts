import type { Dataset } from './datasets.js';

/** The key that encrypts a dataset. */
export interface EncryptionKey {
  readonly encryptionroot: string;
  /** `prompt`, a URL, or empty when it is not known. */
  readonly keylocation: string;
}

/** Only the encryption root knows where the key is; for the datasets below it zfs prints `none`. */
export function encryptionKeyOf(dataset: Dataset, datasets: readonly Dataset[]): EncryptionKey {
  const encryptionroot =
    dataset.properties.encryptionroot === '-' ? dataset.name : dataset.properties.encryptionroot;
  const { keylocation } = (datasets.find(({ name }) => name === encryptionroot) ?? dataset).properties;
  return { encryptionroot, keylocation: keylocation === 'none' || keylocation === '-' ? '' : keylocation };
}
