/** Sets of rows that are asked for again and again: worked out once, and then for the rows that changed alone. */
import type { FoldState } from '#log/fold-state';
import { createBits, setBit, type Bits } from './bits.ts';
import type { ChangedRows } from './changed-rows.ts';

export type RowTest = (row: number) => boolean;

export interface KeptBits {
  /** Those of one name that pass its test, which is made when it is needed. Not to be changed. */
  readonly passing: (name: string, makeTest: () => RowTest) => Bits;
  /** As `passing`, where no row can be asked by itself. */
  readonly found: (name: string, find: () => Bits) => Bits;
}

interface Kept {
  readonly version: number;
  readonly count: number;
  readonly bits: Bits;
}

/** `most`: names that are kept, those asked for last. */
export function createKeptBits(state: FoldState, changes: ChangedRows, most: number): KeptBits {
  const kept = new Map<string, Kept>();

  function keep(name: string, make: (known: Kept | undefined) => Bits): Bits {
    const known = kept.get(name);
    const bits = known?.version === state.version ? known.bits : make(known);
    // Asked for last stays longest: a Map is in the order of setting.
    kept.delete(name);
    kept.set(name, { version: state.version, count: state.ids.count, bits });
    for (const oldest of kept.keys()) if (kept.size > most) kept.delete(oldest);
    return bits;
  }

  return {
    found: keep,
    passing: (name, makeTest) =>
      keep(name, (known) => {
        const test = makeTest();
        const { count } = state.ids;
        const { touched } = state;
        const bits = createBits(count);
        // Folded anew, there may be fewer rows.
        const before = known && known.count <= count ? known : undefined;
        if (before) bits.set(before.bits);
        const few = before && changes.since(before.version, before.count);
        if (few) {
          for (const row of few) setBit(bits, row, test(row));
          return bits;
        }
        const since = before?.version ?? -1;
        // A row that is new was touched by whatever brought it.
        for (let row = 0; row < count; row += 1) if ((touched[row] as number) > since) setBit(bits, row, test(row));
        return bits;
      }),
  };
}
