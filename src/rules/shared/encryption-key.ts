import type { EncryptionKey } from '../../facts/zfs/encryption-key.js';
import { shellWord } from '../../text/shell-word.js';
import { command, sentence, type AdviceLine } from '../../text/advice-line.js';

export function loadKeyAdvice({ encryptionroot, keylocation }: EncryptionKey): readonly AdviceLine[] {
  const load = command(`zfs load-key ${shellWord(encryptionroot)}`);
  if (keylocation === '') return [load];
  return keylocation === 'prompt'
    ? [sentence('Type the passphrase:'), load]
    : [sentence(`The key is read from ${keylocation}:`), load];
}
