/**
 * Many values under one hash, as linked chains in typed arrays: however many contacts share a phone, putting one more
 * in costs the same. The newest comes first. What a value is, and whether it still holds, is the caller's to know.
 */
export interface Chains {
  readonly count: number;
  readonly add: (hash: number, value: number) => void;
  /** The newest node of a hash, -1 where there is none. Walked by hand: a callback a key would cost more than the walk. */
  readonly first: (hash: number) => number;
  readonly next: (node: number) => number;
  readonly valueOf: (node: number) => number;
}

const FIRST = 64;
/** Heads a value: most hashes that nobody has meet an empty head, one look into memory instead of three; and 8 MB a million. */
const HEADS_A_VALUE = 2;

/** `expected`: about how many values will be put in; more find room too. */
export function createChains(expected = 0): Chains {
  let room = FIRST;
  while (room < expected) room *= 2;
  let heads = new Int32Array(room * HEADS_A_VALUE).fill(-1);
  let hashes = new Int32Array(room);
  let values = new Int32Array(room);
  let nexts = new Int32Array(room);
  let count = 0;

  const longer = (column: Int32Array<ArrayBuffer>) => {
    const grown = new Int32Array(column.length * 2);
    grown.set(column);
    return grown;
  };
  const link = (node: number) => {
    const head = (hashes[node] as number) & (heads.length - 1);
    nexts[node] = heads[head] as number;
    heads[head] = node;
  };

  return {
    get count() {
      return count;
    },
    add(hash, value) {
      if (count === values.length) {
        [hashes, values, nexts] = [longer(hashes), longer(values), longer(nexts)];
        heads = new Int32Array(heads.length * 2).fill(-1);
        for (let node = 0; node < count; node += 1) link(node);
      }
      hashes[count] = hash;
      values[count] = value;
      link(count);
      count += 1;
    },
    first(hash) {
      let node = heads[hash & (heads.length - 1)] as number;
      while (node >= 0 && hashes[node] !== hash) node = nexts[node] as number;
      return node;
    },
    next(node) {
      const hash = hashes[node];
      let next = nexts[node] as number;
      while (next >= 0 && hashes[next] !== hash) next = nexts[next] as number;
      return next;
    },
    valueOf: (node) => values[node] as number,
  };
}
