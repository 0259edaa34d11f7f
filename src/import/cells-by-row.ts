/**
 * Cells of a slice's rows as they are read, side by side, as the plan takes them (`SliceOthers` of the audience). What a
 * row in error said is taken back whole.
 */
import type { CellName } from '#log/types';

/** As `SliceOthers` of the audience. */
export interface ReadOthers {
  readonly names: readonly CellName[];
  readonly starts: Uint32Array<ArrayBuffer>;
  readonly which: Uint16Array<ArrayBuffer>;
  readonly values: readonly string[];
}

export interface CellsByRow {
  readonly begin: (rows: number) => void;
  /** Of a name, for `say`; holds until the slice ends. Those that are fixed come first, in their order. */
  readonly placeOf: (name: CellName) => number;
  /** Once a row and place, and no empty value. */
  readonly say: (place: number, value: string) => void;
  readonly hasSaid: (place: number) => boolean;
  /** The row that was read last: it counts, or is in error. */
  readonly keep: () => void;
  readonly drop: () => void;
  readonly end: () => ReadOthers;
}

export function createCellsByRow(fixed: readonly CellName[]): CellsByRow {
  const names: CellName[] = [];
  const placeByName = new Map<CellName, number>();
  let [starts, which, values] = [new Uint32Array(1), new Uint16Array(64), [] as string[]];
  let count = 0;

  function placeOf(name: CellName): number {
    let place = placeByName.get(name);
    if (place === undefined) placeByName.set(name, (place = names.push(name) - 1));
    return place;
  }

  return {
    begin(rows) {
      [starts, which, values] = [new Uint32Array(rows + 1), new Uint16Array(Math.max(64, rows)), []];
      count = 0;
      names.length = 0;
      placeByName.clear();
      fixed.forEach(placeOf);
    },
    placeOf,
    say(place, value) {
      if (values.length === which.length) {
        const wider = new Uint16Array(which.length * 2);
        wider.set(which);
        which = wider;
      }
      which[values.length] = place;
      values.push(value);
    },
    hasSaid(place) {
      for (let at = starts[count] as number; at < values.length; at += 1) if (which[at] === place) return true;
      return false;
    },
    keep() {
      count += 1;
      starts[count] = values.length;
    },
    drop() {
      values.length = starts[count] as number;
    },
    end: () => ({
      names: [...names],
      starts: starts.slice(0, count + 1),
      which: which.slice(0, values.length),
      values,
    }),
  };
}
