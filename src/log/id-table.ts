/** From contact id to row: open addressing over 64-bit ids as two halves, 12 to 24 bytes a contact and no objects. */
export interface IdTable {
  /** Ids in the order of their rows. */
  readonly highs: Uint32Array;
  readonly lows: Uint32Array;
  readonly count: number;
  /** -1 where there is none. */
  readonly find: (high: number, low: number) => number;
  readonly findOrAdd: (high: number, low: number) => number;
  /** Room for so many at once, where they are known beforehand. */
  readonly reserve: (ids: number) => void;
}

/** `room`: a power of two; more find room too. */
export function createIdTable(room = 64): IdTable {
  let highs = new Uint32Array(room);
  let lows = new Uint32Array(room);
  let count = 0;
  let slots = new Int32Array(room * 2).fill(-1);

  /** The slot of an id, or the free one where it belongs. Ids are hashes: their low bits are spread already. */
  const slotOf = (high: number, low: number) => {
    const mask = slots.length - 1;
    let slot = low & mask;
    for (;;) {
      const row = slots[slot] as number;
      if (row < 0 || (lows[row] === low && highs[row] === high)) return slot;
      slot = (slot + 1) & mask;
    }
  };

  const grow = (times = 2) => {
    highs = grown(highs, highs.length * times);
    lows = grown(lows, lows.length * times);
    slots = new Int32Array(slots.length * times).fill(-1);
    for (let row = 0; row < count; row += 1) slots[slotOf(highs[row] as number, lows[row] as number)] = row;
  };

  return {
    get highs() {
      return highs;
    },
    get lows() {
      return lows;
    },
    get count() {
      return count;
    },
    find: (high, low) => slots[slotOf(high, low)] as number,
    findOrAdd(high, low) {
      const slot = slotOf(high, low);
      const known = slots[slot] as number;
      if (known >= 0) return known;
      slots[slot] = count;
      highs[count] = high;
      lows[count] = low;
      count += 1;
      // Half of the slots at most are taken.
      if (count === highs.length) grow();
      return count - 1;
    },
    reserve(ids) {
      let times = 1;
      while (highs.length * times <= ids) times *= 2;
      if (times > 1) grow(times);
    },
  };
}

/** A copy with room for more. */
export function grown<Column extends Uint8Array<ArrayBuffer> | Uint32Array<ArrayBuffer>>(
  column: Column,
  length: number,
): Column {
  const longer = (column instanceof Uint8Array ? new Uint8Array(length) : new Uint32Array(length)) as Column;
  longer.set(column);
  return longer;
}
