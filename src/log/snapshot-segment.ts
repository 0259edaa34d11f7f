/**
 * One segment of a snapshot: some thousand rows of the fold's columns, as JSON. Texts that stand as the block of their
 * birth says are not repeated, ids that are the hash of a key that stands neither. Read back in `snapshot-restore.ts`.
 */
import { KEY_FIELDS, STRICT_FIELDS, TEXT_FIELDS, type StrictField } from '#domain/contact';
import type { BlockId, ContactId } from '#domain/ids';
import { idFromHalves, type ContactIds } from './contact-id.ts';
import type { FoldState } from './fold-state.ts';
import type { OriginRun } from './origins.ts';
import { gapsOf, packNumbers } from './snapshot-columns.ts';
import { FLAG_COLUMNS, SEGMENT_ROWS, STAMP_COLUMNS } from './snapshot-shape.ts';
import type { RowColumns } from './types.ts';

/** `columnsOf`: of a block that lies here; undefined where it cannot be read. */
export function writeSegment(
  state: FoldState,
  ids: ContactIds,
  first: number,
  runs: readonly OriginRun[],
  columnsOf: (block: BlockId) => RowColumns | undefined,
): object {
  const count = Math.min(state.ids.count - first, SEGMENT_ROWS);
  const readable = runs.filter(({ block }) => columnsOf(block.id) !== undefined);
  const blocks = [...new Map(readable.map(({ block }) => [block.id, block])).values()];
  const numbers = (column: Uint8Array | Uint32Array) => packNumbers(count, (at) => column[first + at] as number);
  const byField = <Field extends string>(fields: readonly Field[], write: (field: Field) => object) =>
    Object.fromEntries(fields.map((field) => [field, write(field)]));
  return {
    count,
    blocks: blocks.map(({ id, hash }) => [id, hash]),
    runs: readable.map(({ block, row, index, count: rows }) => [
      blocks.findIndex(({ id }) => id === block.id),
      row - first,
      index,
      rows,
    ]),
    ...writeIds(state, ids, first, count),
    texts: byField(TEXT_FIELDS, (field) => ({
      stamps: numbers(state.texts[field].stamps),
      own: ownTexts(field, state.texts[field].get, first, count, readable, columnsOf),
    })),
    stricts: byField(STRICT_FIELDS, (field) => writeStrict(state, field, first, count)),
    flags: byField(FLAG_COLUMNS, (name) => [numbers(state[name])]),
    stamps: byField(STAMP_COLUMNS, (name) => [numbers(state[name])]),
    others: [...state.others].flatMap(([name, { size, stampAt, valueAt }]) => {
      const stamps = size === 0 ? 0 : packNumbers(count, (at) => stampAt(first + at));
      return stamps === 0 ? [] : [[name, { stamps, own: ownTexts(name, valueAt, first, count, readable, columnsOf) }]];
    }),
    replaced: rowsIn(state.replaced, first, count, (cells) =>
      cells.map(({ field, stamp, value }) => [field, stamp, value]),
    ),
    members: [...state.members]
      .map(([group, members]) => [group, packNumbers(count, (at) => members.cellOf(first + at))])
      .filter(([, cells]) => cells !== 0),
  };
}

/** Which key field's hash each id is, from 1; 0 where it is none, and stands itself. */
function writeIds(state: FoldState, ids: ContactIds, first: number, count: number): object {
  const { highs, lows } = state.ids;
  const own: ContactId[] = [];
  const keys = new Uint8Array(count);
  for (let at = 0; at < count; at += 1) {
    const row = first + at;
    const key = KEY_FIELDS.findIndex((field, index) => {
      const value = state.texts[field].get(row) ?? '';
      if (value === '') return false;
      ids.hash(index, value, 0);
      return ids.high === highs[row] && ids.low === lows[row];
    });
    keys[at] = key + 1;
    if (key < 0) own.push(idFromHalves<ContactId>(highs[row] ?? 0, lows[row] ?? 0));
  }
  return { keys: packNumbers(count, (at) => keys[at] as number), ids: own };
}

/** Those that do not stand as their block says; null where none stands. */
function ownTexts(
  name: string,
  valueAt: (row: number) => string | undefined,
  first: number,
  count: number,
  runs: readonly OriginRun[],
  columnsOf: (block: BlockId) => RowColumns | undefined,
): readonly [readonly number[], readonly (string | null)[]] {
  const said = new Array<string | undefined>(count).fill(undefined);
  for (const { block, row, index, count: rows } of runs) {
    const cells = columnsOf(block.id)?.cells[name];
    for (let at = 0; at < rows; at += 1) said[row - first + at] = cells?.[index + at];
  }
  const places: number[] = [];
  const own: (string | null)[] = [];
  for (let at = 0; at < count; at += 1) {
    const value = valueAt(first + at);
    if (said[at] === value) continue;
    places.push(at);
    own.push(value ?? null);
  }
  return [gapsOf(places), own];
}

function writeStrict(state: FoldState, field: StrictField, first: number, count: number): object {
  const { ranks, stamps, more, replaced } = state.stricts[field];
  return {
    ranks: packNumbers(count, (at) => ranks[first + at] as number),
    stamps: packNumbers(count, (at) => stamps[first + at] as number),
    more: rowsIn(more, first, count, (said) => said.map(({ stamp, rank }) => [stamp, rank])),
    replaced: rowsIn(replaced, first, count, (entries) => [...entries]),
  };
}

/** What a sparse column holds of these rows, by the row's place in the segment. */
function rowsIn<Value>(
  column: ReadonlyMap<number, Value>,
  first: number,
  count: number,
  write: (value: Value) => readonly unknown[],
): readonly (readonly [number, readonly unknown[]])[] {
  const found: [number, readonly unknown[]][] = [];
  if (column.size === 0) return found;
  for (let at = 0; at < count; at += 1) {
    const value = column.get(first + at);
    if (value !== undefined) found.push([at, write(value)]);
  }
  return found;
}
