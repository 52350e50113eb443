import type { EncryptionKey } from '../../facts/zfs/datasets.js';
import { shellWord } from '../../text/shell-word.js';

export function loadKeyAdvice({ encryptionroot, keylocation }: EncryptionKey): readonly string[] {
  const command = `zfs load-key ${shellWord(encryptionroot)}`;
  if (keylocation === '') return [command];
  return keylocation === 'prompt'
    ? ['Type the passphrase:', command]
    : [`The key is read from ${keylocation}:`, command];
}
