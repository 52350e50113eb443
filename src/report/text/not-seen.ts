import type { OtherReader } from '../../fix/other-readers.js';

const WORDS: Readonly<Record<OtherReader, string>> = {
  podman: 'Podman, which reads storage.conf alone',
  'crio-wipe.service': 'crio-wipe.service',
  'crio by hand': 'crio in a shell, such as "crio check"',
};

/** Nothing where everything sees it. */
export function notSeenSentences(readers: readonly OtherReader[] = []): readonly string[] {
  if (readers.length === 0) return [];
  const names = readers.map((reader) => WORDS[reader]).join('; ');
  const them = readers.length === 1 ? 'it' : 'them';
  return [`not seen by ${names}: for ${them} the storage is as before`];
}
