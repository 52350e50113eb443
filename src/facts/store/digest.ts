/** Lengths of the algorithms that are compiled in, in hexadecimal digits. */
const LENGTHS: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };

/** go-digest Validate: why a digest is none. */
export function digestRefusal(digest: string): string | undefined {
  const colon = digest.indexOf(':');
  const invalid = 'invalid checksum digest format';
  if (colon <= 0 || colon + 1 === digest.length) return invalid;
  const algorithm = digest.slice(0, colon);
  const length = Object.hasOwn(LENGTHS, algorithm) ? LENGTHS[algorithm] : undefined;
  if (length === undefined) {
    return /^[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[a-zA-Z0-9=_-]+$/.test(digest)
      ? 'unsupported digest algorithm'
      : invalid;
  }
  const encoded = digest.slice(colon + 1);
  if (Buffer.byteLength(encoded) !== length) return 'invalid checksum digest length';
  return /^[a-f0-9]+$/.test(encoded) ? undefined : invalid;
}
