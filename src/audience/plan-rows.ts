/** Gathers the rows that a slice comes to, column by column, as the block format takes them. */
import { STRICT_FIELDS, TEXT_FIELDS, type Field } from '#domain/contact';
import type { ContactId } from '#domain/ids';
import { idFromHalves } from '#log/contact-id';
import type { RowColumns } from '#log/types';

export interface NewRow {
  /** Index into `KEY_FIELDS`. */
  readonly key: number;
  readonly keyValue: string;
  readonly generation: number;
  readonly birth: 0 | 1;
  /** Two halves, where it is not the hash of the key. */
  readonly id?: readonly [high: number, low: number];
}

export interface RowWriter {
  /** Of the row that is added next. */
  readonly setCell: (field: Field, value: string) => void;
  readonly hasCell: (field: Field) => boolean;
  readonly addRow: (row: NewRow) => void;
  readonly rows: () => RowColumns | undefined;
}

interface Column {
  readonly field: Field;
  readonly values: (string | undefined)[];
  next: string | undefined;
}

/** `has` says which fields the slice has: no other cell is ever set. */
export function createRowWriter(has: (field: Field) => boolean): RowWriter {
  const columns: Column[] = [...TEXT_FIELDS, ...STRICT_FIELDS]
    .filter(has)
    .map((field) => ({ field, values: [], next: undefined }));
  const columnByField = new Map(columns.map((column) => [column.field, column]));
  const keys: number[] = [];
  const keyValues: string[] = [];
  const generations: number[] = [];
  const births: number[] = [];
  const ids = new Map<number, ContactId>();

  return {
    setCell(field, value) {
      const column = columnByField.get(field);
      if (column) column.next = value;
    },
    hasCell: (field) => columnByField.get(field)?.next !== undefined,
    addRow({ key, keyValue, generation, birth, id }) {
      if (id) ids.set(keys.length, idFromHalves<ContactId>(id[0], id[1]));
      keys.push(key);
      keyValues.push(keyValue);
      generations.push(generation);
      births.push(birth);
      for (const column of columns) {
        column.values.push(column.next);
        column.next = undefined;
      }
    },
    rows() {
      if (keys.length === 0) return undefined;
      return {
        count: keys.length,
        keys: Uint8Array.from(keys),
        keyValues,
        generations: Uint16Array.from(generations),
        ids,
        births: Uint8Array.from(births),
        cells: Object.fromEntries(columns.map(({ field, values }) => [field, values])),
      };
    },
  };
}
