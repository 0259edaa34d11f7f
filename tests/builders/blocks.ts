/** Blocks and rows for tests: what an import or a hand would have written. */
import { KEY_FIELDS, STRICT_FIELDS, TEXT_FIELDS, type Field, type KeyField } from '#domain/contact';
import type { ContactId } from '#domain/ids';
import type { Row, RowBlock, RowColumns } from '#log/types';
import type { TextColumns } from './contacts.ts';

const FIELDS: readonly Field[] = [...TEXT_FIELDS, ...STRICT_FIELDS];

export const rowOf = (key: KeyField, keyValue: string, cells: Row['cells'] = {}, more: Partial<Row> = {}): Row => ({
  key,
  keyValue,
  generation: 0,
  birth: true,
  cells: { [key]: keyValue, ...cells },
  ...more,
});

export function columnsOfRows(rows: readonly Row[]): RowColumns {
  const cells: Record<string, readonly (string | undefined)[]> = {};
  const others = rows.flatMap((row) => Object.keys(row.cells)).sort();
  for (const name of new Set<string>([...FIELDS, ...others]))
    if (rows.some((row) => row.cells[name] !== undefined)) cells[name] = rows.map((row) => row.cells[name]);
  const ids = new Map<number, ContactId>();
  for (const [index, row] of rows.entries()) if (row.id !== undefined) ids.set(index, row.id);
  return {
    count: rows.length,
    keys: Uint8Array.from(rows, (row) => KEY_FIELDS.indexOf(row.key)),
    keyValues: rows.map((row) => row.keyValue),
    generations: Uint16Array.from(rows, (row) => row.generation),
    births: Uint8Array.from(rows, (row) => (row.birth ? 1 : 0)),
    ids,
    cells,
  };
}

export function blockOfRows(rows: readonly Row[]): RowBlock {
  const columns = columnsOfRows(rows);
  return { kind: 'rows', count: rows.length, columns, rowAt: (index) => rows[index] as Row };
}

/** Births of an import whose key is `key`. */
export function birthColumns(texts: TextColumns, key: KeyField): RowColumns {
  const keyValues = texts[key] ?? [];
  const cells: { [F in Field]?: readonly (string | undefined)[] } = {};
  for (const field of FIELDS) {
    const values = texts[field];
    if (values) cells[field] = values.map((value) => (value === '' ? undefined : value));
  }
  return {
    count: keyValues.length,
    keys: new Uint8Array(keyValues.length).fill(KEY_FIELDS.indexOf(key)),
    keyValues,
    generations: new Uint16Array(keyValues.length),
    births: new Uint8Array(keyValues.length).fill(1),
    ids: new Map(),
    cells,
  };
}
