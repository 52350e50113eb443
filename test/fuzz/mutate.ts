/** Numbers from a seed, so that a failure can be had again. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
}

/** Changes bytes of a text: cuts, doubles, replaces, and puts pieces of other texts in. */
export function mutate(text: string, pieces: readonly string[], random: () => number): Buffer {
  let bytes = Buffer.from(text);
  const upTo = (length: number): number => Math.floor(random() * length);
  for (let rounds = 1 + upTo(4); rounds > 0; rounds--) {
    const at = upTo(bytes.length + 1);
    const end = Math.min(bytes.length, at + 1 + upTo(1 + upTo(64)));
    const piece = Buffer.from(pieces[upTo(pieces.length)] ?? '', 'latin1');
    const [before, cut, after] = [bytes.subarray(0, at), bytes.subarray(at, end), bytes.subarray(end)];
    const choice = upTo(5);
    if (choice === 0) bytes = Buffer.concat([before, after]);
    else if (choice === 1) bytes = Buffer.concat([before, cut, cut, after]);
    else if (choice === 2) bytes = Buffer.concat([before, Buffer.from([upTo(256)]), after]);
    else if (choice === 3) bytes = Buffer.concat([before, piece, cut, after]);
    else bytes = Buffer.concat([before, piece, after]);
  }
  return bytes;
}
