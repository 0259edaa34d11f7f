/**
 * Cells of one name that has no column of its own: the bin, a characteristic, a tag. Few are kept one by one; as soon as
 * that would take more room, as columns: 4 bytes a row and the texts, instead of a hundred a cell.
 */
import { grown } from './id-table.ts';
import type { Stamp } from './stamps.ts';
import { createTexts, type Texts } from './texts.ts';

export interface OtherCell {
  readonly value: string;
  readonly stamp: Stamp;
}

export interface OtherCells {
  readonly size: number;
  readonly has: (row: number) => boolean;
  /** Made for whoever asks; of many rows ask for the one that is needed. */
  readonly get: (row: number) => OtherCell | undefined;
  readonly valueAt: (row: number) => string | undefined;
  /** 0 where there is no cell. */
  readonly stampAt: (row: number) => Stamp;
  readonly set: (row: number, cell: OtherCell) => void;
  readonly delete: (row: number) => void;
  /**
   * Of rows from `first` on, which have none: a stamp each, 0 where there is no cell, and the texts as `fill` puts them
   * into rows from the one that it is given on.
   */
  readonly restore: (first: number, stamps: Uint32Array, fill: (texts: Texts, first: number) => void) => void;
  /** Packs some that were written since; where they are few there is nothing to pack. */
  readonly pack: Texts['pack'];
}

/** A cell in a map takes about as much as so many rows of a column. */
const ROWS_A_CELL = 8;
const FEW = 64;
/** Words that are repeated, such as cities; of birthdays each is rare. */
const MOST_WORDS = 4_000;

const withRoom = (stamps: Uint32Array<ArrayBuffer>, rows: number) =>
  rows <= stamps.length ? stamps : grown(stamps, Math.max(rows, stamps.length * 2));

export function createOtherCells(): OtherCells {
  const few = new Map<number, OtherCell>();
  /** Undefined once there are too many: few of them repeat, and looking each up costs more than it saves. */
  let words: Map<string, string> | undefined = new Map();
  let columns: { readonly texts: Texts; stamps: Uint32Array<ArrayBuffer> } | undefined;
  let size = 0;
  let rows = 0;

  function put(row: number, value: string | undefined, stamp: Stamp): void {
    if (!columns) return;
    columns.stamps = withRoom(columns.stamps, row + 1);
    size += Number(stamp !== 0) - Number(columns.stamps[row] !== 0);
    columns.texts.set(row, value === undefined ? undefined : oneOf(value));
    columns.stamps[row] = stamp;
  }

  function oneOf(value: string): string {
    const known = words?.get(value);
    if (known !== undefined) return known;
    words = words && words.size < MOST_WORDS ? words.set(value, value) : undefined;
    return value;
  }

  function toColumns(): void {
    columns = { texts: createTexts(), stamps: new Uint32Array(rows) };
    for (const [row, { value, stamp }] of few) put(row, value, stamp);
    few.clear();
  }

  function set(row: number, cell: OtherCell): void {
    rows = Math.max(rows, row + 1);
    if (columns) put(row, cell.value, cell.stamp);
    else {
      few.set(row, cell);
      if (few.size > FEW && few.size * ROWS_A_CELL > rows) toColumns();
    }
  }

  const stampAt = (row: number): Stamp => (columns ? (columns.stamps[row] ?? 0) : (few.get(row)?.stamp ?? 0));
  const valueAt = (row: number) => (columns ? columns.texts.get(row) : few.get(row)?.value);

  return {
    get size() {
      return columns ? size : few.size;
    },
    has: (row) => (columns ? (columns.stamps[row] ?? 0) !== 0 : few.has(row)),
    get(row) {
      if (!columns) return few.get(row);
      const stamp = columns.stamps[row] ?? 0;
      return stamp === 0 ? undefined : { value: columns.texts.get(row) ?? '', stamp };
    },
    valueAt,
    stampAt,
    set,
    delete(row) {
      if (!columns) few.delete(row);
      else if (row < columns.stamps.length) put(row, undefined, 0);
    },
    restore(first, stamps, fill) {
      const count = stamps.reduce((sum, stamp) => sum + Number(stamp !== 0), 0);
      rows = Math.max(rows, first + stamps.length);
      if (!columns && count > FEW && count * ROWS_A_CELL > stamps.length) toColumns();
      if (columns) {
        fill(columns.texts, first);
        columns.stamps = withRoom(columns.stamps, first + stamps.length);
        columns.stamps.set(stamps, first);
        size += count;
        return;
      }
      const texts = createTexts();
      fill(texts, 0);
      stamps.forEach((stamp, at) => {
        if (stamp !== 0) set(first + at, { value: texts.get(at) ?? '', stamp });
      });
    },
    pack: (limit, writer) => columns?.texts.pack(limit, writer) ?? 'done',
  };
}
