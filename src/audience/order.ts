/**
 * All rows in the order of one field, kept while the audience changes: a few changed rows are put in by binary search,
 * many are sorted anew. Rows without a value stand last; equal ones in the order in which this device heard of them.
 */
import type { FoldState } from '#log/fold-state';
import type { Texts } from '#log/texts';
import type { ChangedRows } from './changed-rows.ts';
import { textAt } from './columns.ts';
import { mergeIn, putRight, type CompareRows } from './put-right.ts';
import { sortRepeated, sortRows, type Sorting } from './sort-rows.ts';
import { SORT_FIELDS, type Sort, type SortField } from './types.ts';

export interface Order {
  /** Every row, those with a value first, rising. */
  readonly rows: Uint32Array<ArrayBuffer>;
  readonly withValue: number;
}

export interface Orders {
  readonly by: (field: SortField) => Order;
  /** Two rows as a list in this order has them; only for rows as they are now. */
  readonly comparing: (sort: Sort) => CompareRows;
  /** Some milliseconds of making those that nobody has asked for yet. */
  readonly warm: () => 'more' | 'done';
}

/** `compareNames` is a collator's: the only order here that depends on a language. */
export function createOrders(
  state: FoldState,
  changes: ChangedRows,
  compareNames: (one: string, other: string) => number,
): Orders {
  const kept = new Map<SortField, { readonly version: number; readonly order: Order }>();
  /** The one that is made ahead; begun anew when rows change, since they are compared as they are now. */
  let ahead: { readonly field: SortField; readonly version: number; readonly sorting: Sorting } | undefined;

  const keep = (field: SortField, order: Order): Order => {
    kept.set(field, { version: state.version, order });
    return order;
  };

  return {
    by(field) {
      const known = kept.get(field);
      if (known?.version === state.version) return known.order;
      const values = valuesOf(state, field, compareNames);
      const after = known && patched(state, changes, known, values);
      return keep(field, after ?? orderOf(state, runThrough(values.sort()), values));
    },
    comparing({ by, order }) {
      const values = valuesOf(state, by, compareNames);
      const rising = rowsBy(values);
      if (order === 'up') return rising;
      // Those without a value are last, both ways, and among themselves as ever.
      return (one, other) => (values.has(one) && values.has(other) ? rising(other, one) : rising(one, other));
    },
    warm() {
      const field = SORT_FIELDS.find((one) => !kept.has(one));
      if (!field) return 'done';
      const values = valuesOf(state, field, compareNames);
      if (ahead?.field !== field || ahead.version !== state.version)
        ahead = { field, version: state.version, sorting: values.sort() };
      for (let left = STEPS; left > 0; left -= 1) {
        const step = ahead.sorting.next();
        if (!step.done) continue;
        keep(field, orderOf(state, step.value, values));
        ahead = undefined;
        break;
      }
      return 'more';
    },
  };
}

/** Made ahead at once. */
const STEPS = 4;

function runThrough(sorting: Sorting): Uint32Array {
  for (;;) {
    const step = sorting.next();
    if (step.done) return step.value;
  }
}

interface Values {
  readonly has: (row: number) => boolean;
  readonly compare: (one: number, other: number) => number;
  /** Rows that have a value. */
  readonly sort: () => Sorting;
}

function valuesOf(state: FoldState, field: SortField, compareNames: (one: string, other: string) => number): Values {
  const { count } = state.ids;
  if (field === 'createdAt' || field === 'lastContactAt') {
    const stamps = field === 'createdAt' ? state.created : state.lastMessaged;
    const compareStamps = (one: number, other: number) => state.stamps.timeOf(one) - state.stamps.timeOf(other);
    return {
      has: (row) => stamps[row] !== 0,
      compare: (one, other) => compareStamps(stamps[one] as number, stamps[other] as number),
      sort: () => sortRepeated(count, (row) => stamps[row] || undefined, compareStamps),
    };
  }
  const textOf = (row: number) => textAt(state, field, row);
  const has = (row: number) => textOf(row) !== '';
  if (field === 'name') {
    const compare = (one: number, other: number) => compareNames(textOf(one), textOf(other));
    return { has, compare, sort: () => sortRepeated(count, (row) => textOf(row) || undefined, compareNames) };
  }
  const { compare } = state.texts[field];
  return {
    has,
    compare,
    sort() {
      const firsts = new Float64Array(count);
      for (let row = 0; row < count; row += 1) firsts[row] = firstLetters(state.texts[field], row);
      const byFirsts = (one: number, other: number) => (firsts[one] as number) - (firsts[other] as number);
      return sortRows(count, has, (one, other) => byFirsts(one, other) || compare(one, other));
    },
  };
}

/** As one number that is no greater than that of any text which is greater: most comparisons need no more. */
function firstLetters(column: Texts, row: number): number {
  const bytes = column.locate(row);
  let number = 0;
  if (bytes) {
    let all = 0;
    const { from, to } = column;
    for (let at = from; at < from + FIRST_LETTERS; at += 1) {
      const byte = at < to ? (bytes[at] as number) : 0;
      all |= byte;
      number = number * 256 + byte;
    }
    if (all < 0x80) return number;
    number = 0;
  }
  const text = column.get(row) ?? '';
  for (let at = 0; at < FIRST_LETTERS; at += 1) number = number * 256 + Math.min(text.charCodeAt(at) || 0, 255);
  return number;
}
/** A byte each, exactly in a double. */
const FIRST_LETTERS = 6;

function orderOf(state: FoldState, rows: Uint32Array, { has }: Values): Order {
  const { count } = state.ids;
  const all = new Uint32Array(count);
  all.set(rows);
  let at = rows.length;
  for (let row = 0; at < count; row += 1) if (!has(row)) all[at++] = row;
  return { rows: all, withValue: rows.length };
}

const rowsBy =
  ({ has, compare }: Values): CompareRows =>
  (one, other) =>
    Number(has(other)) - Number(has(one)) || (has(one) ? compare(one, other) : 0) || one - other;

/** Undefined where so much changed that sorting anew is cheaper. */
function patched(
  state: FoldState,
  changes: ChangedRows,
  { order, version }: { readonly order: Order; readonly version: number },
  values: Values,
): Order | undefined {
  const count = state.ids.count;
  const few = changes.since(version, order.rows.length);
  if (few) {
    const rows = putRight(order.rows, few, () => true, rowsBy(values));
    return { rows, withValue: countWithValue(rows, values) };
  }
  const { touched } = state;
  // A row that is new was touched by whatever brought it.
  const isDirty = (row: number) => (touched[row] as number) > version;
  const dirty: number[] = [];
  for (let row = 0; row < count; row += 1) if (isDirty(row)) dirty.push(row);
  if (dirty.length > count / 8) return undefined;
  const rows = mergeIn(without(order.rows, isDirty), dirty, rowsBy(values));
  return { rows, withValue: countWithValue(rows, values) };
}

/** By hand: the platform's `filter` makes a list of all numbers first. */
function without(rows: Uint32Array, isOut: (row: number) => boolean): Uint32Array<ArrayBuffer> {
  const left = new Uint32Array(rows.length);
  let length = 0;
  for (let at = 0; at < rows.length; at += 1) {
    const row = rows[at] as number;
    if (!isOut(row)) left[length++] = row;
  }
  return left.subarray(0, length);
}

/** Those without stand last, so the border is looked for. */
function countWithValue(rows: Uint32Array, values: Values): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values.has(rows[middle] as number)) low = middle + 1;
    else high = middle;
  }
  return low;
}
