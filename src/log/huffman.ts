/**
 * Prefix codes as RFC 1951 has them: lengths of at most so many bits from how often each symbol is used, and the codes
 * that these lengths mean, bits reversed, as they are written.
 */

/** Low bits of a sort key: symbols are fewer than 512, and no block has 2^23 of them. */
const SYMBOL_BITS = 9;
const LONGEST = 15;

/** Into `lengths`, 0 where a symbol is not used. At least two are given a code: some inflaters refuse a lone one. */
export function codeLengths(counts: Uint32Array, mostBits: number, lengths: Uint8Array): void {
  const used: number[] = [];
  counts.forEach((count, symbol) => {
    if (count > 0) used.push(symbol);
  });
  for (let symbol = 0; used.length < 2; symbol += 1) if (!used.includes(symbol)) used.push(symbol);
  // Halved, counts come nearer to each other, and the longest code gets shorter.
  for (let halvings = 0; !tryLengths(used, counts, halvings, mostBits, lengths); halvings += 1);
}

function tryLengths(
  used: readonly number[],
  counts: Uint32Array,
  halvings: number,
  mostBits: number,
  lengths: Uint8Array,
): boolean {
  const order = Uint32Array.from(
    used,
    (symbol) => (Math.max(1, (counts[symbol] as number) >>> halvings) << SYMBOL_BITS) | symbol,
  ).sort();
  const leaves = order.length;
  // Leaves by weight, then inner nodes in the order in which they are made, which is by weight too.
  const weights = new Float64Array(2 * leaves - 1);
  const parents = new Uint16Array(2 * leaves - 1);
  for (let leaf = 0; leaf < leaves; leaf += 1) weights[leaf] = (order[leaf] as number) >>> SYMBOL_BITS;
  let [leaf, inner] = [0, leaves];
  for (let made = leaves; made < weights.length; made += 1) {
    for (let child = 0; child < 2; child += 1) {
      const isLeaf = leaf < leaves && (inner === made || (weights[leaf] as number) <= (weights[inner] as number));
      const least = isLeaf ? leaf++ : inner++;
      weights[made] = (weights[made] as number) + (weights[least] as number);
      parents[least] = made;
    }
  }
  lengths.fill(0);
  const depths = new Uint16Array(weights.length);
  for (let node = weights.length - 2; node >= 0; node -= 1) {
    depths[node] = (depths[parents[node] as number] as number) + 1;
    if (node >= leaves) continue;
    if ((depths[node] as number) > mostBits) return false;
    lengths[(order[node] as number) & ((1 << SYMBOL_BITS) - 1)] = depths[node] as number;
  }
  return true;
}

/** RFC 1951, 3.2.2. */
export function codesOf(lengths: Uint8Array, codes: Uint16Array): void {
  const next = new Uint16Array(LONGEST + 2);
  for (const length of lengths) if (length > 0) next[length + 1] = (next[length + 1] as number) + 1;
  for (let bits = 1; bits <= LONGEST; bits += 1)
    next[bits + 1] = ((next[bits] as number) << 1) + ((next[bits + 1] as number) << 1);
  lengths.forEach((length, symbol) => {
    if (length === 0) return;
    // `next` at a length is its first code: what the shorter ones took, doubled.
    const code = next[length] as number;
    next[length] = code + 1;
    codes[symbol] = reversed(code, length);
  });
}

function reversed(code: number, bits: number): number {
  let turned = 0;
  for (let bit = 0; bit < bits; bit += 1) turned |= ((code >>> bit) & 1) << (bits - 1 - bit);
  return turned;
}
