/** A set of rows, a bit a row: 125 kB for a million contacts. */
export type Bits = Uint32Array<ArrayBuffer>;

export const createBits = (rows: number): Bits => new Uint32Array((rows + 31) >>> 5);

export const hasBit = (bits: Bits, row: number): boolean => (((bits[row >>> 5] ?? 0) >>> (row & 31)) & 1) === 1;

export function setBit(bits: Bits, row: number, value: boolean): void {
  const word = bits[row >>> 5] as number;
  const bit = 1 << (row & 31);
  bits[row >>> 5] = value ? word | bit : word & ~bit;
}

export function allBits(rows: number): Bits {
  const bits = createBits(rows).fill(0xffffffff);
  if ((rows & 31) !== 0) bits[bits.length - 1] = 0xffffffff >>> (32 - (rows & 31));
  return bits;
}

export function countBits(bits: Bits): number {
  let count = 0;
  for (let word of bits) {
    // Bits by twos, fours and eights, then all four bytes at once.
    word -= (word >>> 1) & 0x55555555;
    word = (word & 0x33333333) + ((word >>> 2) & 0x33333333);
    count += Math.imul((word + (word >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  }
  return count;
}

/** Takes out whatever the test does not let through; it is asked of rows in the set alone, rising. */
export function keepBits(bits: Bits, test: (row: number) => boolean): void {
  for (let at = 0; at < bits.length; at += 1) {
    let left = bits[at] as number;
    let kept = left;
    while (left !== 0) {
      const bit = left & -left;
      if (!test((at << 5) + 31 - Math.clz32(bit))) kept &= ~bit;
      left &= left - 1;
    }
    bits[at] = kept;
  }
}

/** Of two sets of as many rows. */
export function andBits(bits: Bits, other: Bits): Bits {
  return bits.map((word, at) => word & (other[at] as number));
}
export function orBits(bits: Bits, other: Bits): Bits {
  return bits.map((word, at) => word | (other[at] as number));
}
/** Whoever of the first `rows` is not in the set. */
export function notBits(bits: Bits, rows: number): Bits {
  return andBits(
    allBits(rows),
    bits.map((word) => ~word),
  );
}
