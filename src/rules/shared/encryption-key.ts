import type { EncryptionKey } from '../../facts/zfs/datasets.js';
import { shellWord } from '../../text/shell-word.js';

export function loadKeyAdvice({ encryptionroot, keylocation }: EncryptionKey): readonly string[] {
  const command = `zfs load-key ${shellWord(encryptionroot)}`;
  if (keylocation === '') return [command];
  return keylocation === 'prompt'
    ? ['The passphrase has to be typed in:', command]
    : [`The key is read from ${keylocation}:`, command];
}
