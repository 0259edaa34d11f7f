/**
 * Cells of one name that has no column of its own: the bin, a characteristic, a tag. Few are kept one by one; as soon as
 * that would take more room, as columns: 12 bytes a row and the texts, each word once, instead of a hundred a cell.
 */
import { grown } from './id-table.ts';
import type { Stamp } from './stamps.ts';

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
}

/** A cell in a map takes about as much as so many rows of a column. */
const ROWS_A_CELL = 8;
const FEW = 64;
/** Words that are repeated, such as cities; of birthdays each is rare. */
const MOST_WORDS = 4_000;

export function createOtherCells(): OtherCells {
  const few = new Map<number, OtherCell>();
  const words = new Map<string, string>();
  let columns: { values: (string | undefined)[]; stamps: Uint32Array<ArrayBuffer> } | undefined;
  let size = 0;
  let rows = 0;

  function put(row: number, value: string | undefined, stamp: Stamp): void {
    if (!columns) return;
    if (row >= columns.values.length) grow(Math.max(row + 1, columns.values.length * 2));
    size += Number(stamp !== 0) - Number(columns.stamps[row] !== 0);
    columns.values[row] = value === undefined ? undefined : oneOf(value);
    columns.stamps[row] = stamp;
  }

  function grow(length: number): void {
    if (!columns) return;
    const before = columns.values.length;
    columns.stamps = grown(columns.stamps, length);
    // Made longer at once, and filled: an array written far beyond its end becomes a hash table, ten times the size.
    columns.values.length = length;
    columns.values.fill(undefined, before);
  }

  function oneOf(value: string): string {
    const known = words.get(value);
    if (known !== undefined) return known;
    if (words.size < MOST_WORDS) words.set(value, value);
    return value;
  }

  function toColumns(): void {
    columns = { values: new Array<string | undefined>(rows).fill(undefined), stamps: new Uint32Array(rows) };
    for (const [row, { value, stamp }] of few) put(row, value, stamp);
    few.clear();
  }

  const stampAt = (row: number): Stamp => (columns ? (columns.stamps[row] ?? 0) : (few.get(row)?.stamp ?? 0));
  const valueAt = (row: number) => (columns ? columns.values[row] : few.get(row)?.value);

  return {
    get size() {
      return columns ? size : few.size;
    },
    has: (row) => (columns ? (columns.stamps[row] ?? 0) !== 0 : few.has(row)),
    get(row) {
      if (!columns) return few.get(row);
      const stamp = columns.stamps[row] ?? 0;
      return stamp === 0 ? undefined : { value: columns.values[row] ?? '', stamp };
    },
    valueAt,
    stampAt,
    set(row, cell) {
      rows = Math.max(rows, row + 1);
      if (columns) put(row, cell.value, cell.stamp);
      else {
        few.set(row, cell);
        if (few.size > FEW && few.size * ROWS_A_CELL > rows) toColumns();
      }
    },
    delete(row) {
      if (!columns) few.delete(row);
      else if (row < columns.values.length) put(row, undefined, 0);
    },
  };
}
