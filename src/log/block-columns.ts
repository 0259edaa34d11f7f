/**
 * One column of a block in JSON: a value a row, or one value for all. Unpacking answers undefined for whatever is no
 * such column; that `count` is no bomb, whoever calls has made sure.
 */
import { KEY_FIELDS } from '#domain/contact';
import type { ContactId } from '#domain/ids';
import { isHashId } from './contact-id.ts';
import type { CellName, RowColumns } from './types.ts';

/** In a cell's place: the row's key. */
const AS_KEY = 0;
/** What a cell or column may be in JSON: a value, none, as the key; or one value for all rows. */
export type PackedCell = string | null | typeof AS_KEY;
export type PackedColumn<Value> = readonly Value[] | { readonly all: Value };

export function pack<Value>(values: readonly Value[]): PackedColumn<Value> {
  const [first] = values;
  return first !== undefined && values.every((value) => value === first) ? { all: first } : values;
}

export function packCells(
  name: CellName,
  values: readonly (string | undefined)[],
  columns: RowColumns,
): PackedColumn<PackedCell> {
  const keyIndex = KEY_FIELDS.indexOf(name as (typeof KEY_FIELDS)[number]);
  const packed = new Array<PackedCell>(columns.count);
  for (let row = 0; row < columns.count; row += 1) {
    const value = values[row];
    packed[row] =
      value === undefined ? null : columns.keys[row] === keyIndex && value === columns.keyValues[row] ? AS_KEY : value;
  }
  return pack(packed);
}

/** A column whatever its form, or undefined where it is none of `count` values. */
export function unpack(packed: unknown, count: number): readonly unknown[] | undefined {
  if (Array.isArray(packed)) return packed.length === count ? packed : undefined;
  return isRecord(packed) && 'all' in packed ? new Array<unknown>(count).fill(packed['all']) : undefined;
}

export function unpackNumbers(packed: unknown, count: number, greatest: number): readonly number[] | undefined {
  const isSound = (value: unknown) =>
    Number.isInteger(value) && (value as number) >= 0 && (value as number) <= greatest;
  // One for all is looked at once.
  const isAll = isRecord(packed) && 'all' in packed;
  if (isAll && !isSound(packed['all'])) return undefined;
  const values = unpack(packed, count);
  return isAll || values?.every(isSound) ? (values as readonly number[]) : undefined;
}

export function unpackIds(packed: unknown, count: number): Map<number, ContactId> | undefined {
  if (!Array.isArray(packed) || packed.length !== 2) return undefined;
  const [rows, ids] = packed as [unknown, unknown];
  if (!Array.isArray(rows) || !Array.isArray(ids) || rows.length !== ids.length) return undefined;
  const byRow = new Map<number, ContactId>();
  for (const [at, row] of rows.entries()) {
    const id: unknown = ids[at];
    if (!Number.isInteger(row) || (row as number) < 0 || (row as number) >= count || !isHashId(id)) return undefined;
    byRow.set(row as number, id);
  }
  return byRow;
}

export function unpackCells(
  name: CellName,
  packed: unknown,
  count: number,
  keys: readonly number[],
  keyValues: readonly string[],
): readonly (string | undefined)[] | undefined {
  // In place: nobody else has what was parsed here, and a copy of every column of a million rows is much to clear away.
  const cells = unpack(packed, count) as (string | undefined)[] | undefined;
  if (!cells) return undefined;
  const keyIndex = KEY_FIELDS.indexOf(name as (typeof KEY_FIELDS)[number]);
  for (let row = 0; row < count; row += 1) {
    const value: unknown = cells[row];
    if (typeof value === 'string') continue;
    if (value === AS_KEY && keys[row] === keyIndex) cells[row] = keyValues[row];
    else if (value === null) cells[row] = undefined;
    else return undefined;
  }
  return cells;
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isTexts = (value: unknown, count: number): value is readonly string[] =>
  Array.isArray(value) && value.length === count && value.every((text) => typeof text === 'string');
