/**
 * Which rows of a slice are to be written, and which of their cells: a few bytes a row, so that the texts need not pass
 * from one worker to the other again. Whoever has the slice makes the rows of it, as the block format takes them.
 */
import { KEY_FIELDS, STRICT_FIELDS, TEXT_FIELDS, type Field } from '#domain/contact';
import type { ContactId } from '#domain/ids';
import { idFromHalves } from '#log/contact-id';
import type { CellName, RowColumns } from '#log/types';
import { writtenColumns, type SliceOthers } from './slice-others.ts';

export type SliceColumns = { readonly [F in Field]?: readonly string[] };

/** Parallel, a place a row to write, in the order of the slice. */
export interface PlannedWrites {
  /** Index into the slice. */
  readonly at: Uint32Array<ArrayBuffer>;
  /** Index into `KEY_FIELDS`. */
  readonly keys: Uint8Array<ArrayBuffer>;
  readonly generations: Uint16Array<ArrayBuffer>;
  readonly births: Uint8Array<ArrayBuffer>;
  /** A bit a cell that is written: first the text fields, then the strict ones. */
  readonly cells: Uint16Array<ArrayBuffer>;
  /** By place, where it is not the hash of the key. */
  readonly ids: ReadonlyMap<number, ContactId>;
  /** Parallel to the cells of `SliceOthers`: 1 where one is written. Absent where the slice has none. */
  readonly others?: Uint8Array<ArrayBuffer>;
  /** By place, rows of no row of the slice: what stood already when an earlier row of the file said it too. */
  readonly said?: ReadonlyMap<number, SaidRow>;
}

/** A value that a later row of the file takes the place of, so that the same file again is known to mean that (IMP-12). */
export interface SaidRow {
  readonly keyValue: string;
  readonly cells: ReadonlyMap<CellName, string>;
}

export interface NewRow {
  /** Index into the slice. */
  readonly at: number;
  /** Index into `KEY_FIELDS`. */
  readonly key: number;
  readonly generation: number;
  readonly birth: 0 | 1;
  /** Two halves, where it is not the hash of the key. */
  readonly id?: readonly [high: number, low: number];
}

export interface RowWriter {
  /** Of the row that is added next. */
  readonly setText: (field: number) => void;
  readonly setStrict: (field: number) => void;
  readonly hasText: (field: number) => boolean;
  readonly addRow: (row: NewRow) => void;
  /** Ahead of the row that is added next, which is of the same contact. */
  readonly addSaid: (row: NewRow, said: SaidRow) => void;
  /** A birth of generation 0 with all its cells, as `PlannedWrites` has them. */
  readonly addBirth: (at: number, key: number, cells: number) => void;
  /** Undefined where no row was added. */
  readonly writes: () => PlannedWrites | undefined;
}

/** Stands for no row of the slice. */
const NOWHERE = 0xffffffff;

/** Fields are indexes into `TEXT_FIELDS` and `STRICT_FIELDS`. `rows`: of the slice; each may have one that is said before it. */
export function createRowWriter(rows: number): RowWriter {
  const most = rows * 2;
  const at = new Uint32Array(most);
  const keys = new Uint8Array(most);
  const generations = new Uint16Array(most);
  const births = new Uint8Array(most);
  const cells = new Uint16Array(most);
  const ids = new Map<number, ContactId>();
  const said = new Map<number, SaidRow>();
  let count = 0;
  let next = 0;

  function add(row: NewRow, written: number): void {
    if (row.id) ids.set(count, idFromHalves<ContactId>(row.id[0], row.id[1]));
    at[count] = row.at;
    keys[count] = row.key;
    generations[count] = row.generation;
    births[count] = row.birth;
    cells[count] = written;
    count += 1;
  }

  return {
    setText(field) {
      next |= 1 << field;
    },
    setStrict(field) {
      next |= 1 << (TEXT_FIELDS.length + field);
    },
    hasText: (field) => (next & (1 << field)) !== 0,
    addRow(row) {
      add(row, next);
      next = 0;
    },
    addSaid(row, before) {
      said.set(count, before);
      add({ ...row, at: NOWHERE }, 0);
    },
    addBirth(row, key, written) {
      at[count] = row;
      keys[count] = key;
      births[count] = 1;
      cells[count] = written;
      count += 1;
    },
    writes() {
      if (count === 0) return undefined;
      return {
        at: at.slice(0, count),
        keys: keys.slice(0, count),
        generations: generations.slice(0, count),
        births: births.slice(0, count),
        cells: cells.slice(0, count),
        ids,
        ...(said.size > 0 && { said }),
      };
    },
  };
}

/** The rows that were planned, with the texts of the slice that they were planned from. */
export function rowsOf(writes: PlannedWrites, columns: SliceColumns, others?: SliceOthers): RowColumns {
  const { at, keys, generations, births, ids } = writes;
  const keyColumns = KEY_FIELDS.map((field) => columns[field]);
  const cells = others && writes.others ? writtenColumns(others, writes.others, at) : {};
  [...TEXT_FIELDS, ...STRICT_FIELDS].forEach((field, bit) => {
    const values = columns[field];
    if (!values) return;
    const written = new Array<string | undefined>(at.length);
    for (let place = 0; place < at.length; place += 1)
      written[place] = (writes.cells[place] as number) & (1 << bit) ? values[at[place] as number] : undefined;
    cells[field] = written;
  });
  const keyValues = new Array<string>(at.length);
  for (let place = 0; place < at.length; place += 1)
    keyValues[place] = keyColumns[keys[place] as number]?.[at[place] as number] ?? '';
  for (const [place, row] of writes.said ?? []) {
    keyValues[place] = row.keyValue;
    for (const [name, value] of row.cells)
      (cells[name] ??= new Array<string | undefined>(at.length).fill(undefined))[place] = value;
  }
  return { count: at.length, keys, keyValues, generations, births, ids, cells };
}
