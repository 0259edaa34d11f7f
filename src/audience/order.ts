/**
 * All rows in the order of one field, kept while the audience changes: a few changed rows are put in by binary search,
 * many are sorted anew. Rows without a value stand last; equal ones in the order in which this device heard of them.
 */
import type { FoldState } from '#log/fold-state';
import { textAt } from './columns.ts';
import type { SortField } from './types.ts';

export interface Order {
  /** Every row, those with a value first, rising. */
  readonly rows: Uint32Array;
  readonly withValue: number;
}

export interface Orders {
  readonly by: (field: SortField) => Order;
}

/** `compareNames` is a collator's: the only order here that depends on a language. */
export function createOrders(state: FoldState, compareNames: (one: string, other: string) => number): Orders {
  const kept = new Map<SortField, { readonly version: number; readonly order: Order }>();

  return {
    by(field) {
      const known = kept.get(field);
      if (known?.version === state.version) return known.order;
      const values = valuesOf(state, field, compareNames);
      const order = (known && patched(state, known.order, known.version, values)) ?? sorted(state.ids.count, values);
      kept.set(field, { version: state.version, order });
      return order;
    },
  };
}

interface Values {
  /** Rank of each row's value among all, as fast as it goes; -1 without one. */
  readonly ranks: () => Float64Array;
  readonly has: (row: number) => boolean;
  readonly compare: (one: number, other: number) => number;
}

function valuesOf(state: FoldState, field: SortField, compareNames: (one: string, other: string) => number): Values {
  if (field === 'createdAt' || field === 'lastContactAt') {
    const stamps = field === 'createdAt' ? state.created : state.lastMessaged;
    const timeAt = (row: number) => state.stamps.timeOf(stamps[row] as number);
    return {
      ranks: () =>
        ranksOf(
          state.ids.count,
          (row) => (stamps[row] ? timeAt(row) : undefined),
          (one, other) => one - other,
        ),
      has: (row) => stamps[row] !== 0,
      compare: (one, other) => timeAt(one) - timeAt(other),
    };
  }
  const compare =
    field === 'name' ? compareNames : (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);
  const valueAt = (row: number) => textAt(state, field, row);
  return {
    ranks: () => ranksOf(state.ids.count, (row) => valueAt(row) || undefined, compare),
    has: (row) => valueAt(row) !== '',
    compare: (one, other) => compare(valueAt(one), valueAt(other)),
  };
}

/** Sorts each distinct value once: names repeat, and comparing them by language is the dear part. */
function ranksOf<Value>(
  count: number,
  valueAt: (row: number) => Value | undefined,
  compare: (one: Value, other: Value) => number,
): Float64Array {
  const distinct = new Map<Value, number>();
  for (let row = 0; row < count; row += 1) {
    const value = valueAt(row);
    if (value !== undefined) distinct.set(value, 0);
  }
  const values = [...distinct.keys()].sort(compare);
  let rank = 0;
  values.forEach((value, at) => {
    // Values that a collator holds equal keep the order of their rows.
    if (at > 0 && compare(values[at - 1] as Value, value) !== 0) rank += 1;
    distinct.set(value, rank);
  });
  const ranks = new Float64Array(count);
  for (let row = 0; row < count; row += 1) {
    const value = valueAt(row);
    ranks[row] = value === undefined ? -1 : (distinct.get(value) as number);
  }
  return ranks;
}

function sorted(count: number, values: Values): Order {
  const ranks = values.ranks();
  // Rank and row in one number, so that the platform's own numeric sort does it all: below 2^53 up to 90 million rows.
  const keys = new Float64Array(count);
  let withValue = 0;
  for (let row = 0; row < count; row += 1) {
    const rank = ranks[row] as number;
    if (rank >= 0) withValue += 1;
    keys[row] = (rank < 0 ? count : rank) * count + row;
  }
  keys.sort();
  const rows = new Uint32Array(count);
  for (let at = 0; at < count; at += 1) rows[at] = (keys[at] as number) % count;
  return { rows, withValue };
}

/** Undefined where so much changed that sorting anew is cheaper. */
function patched(state: FoldState, order: Order, version: number, values: Values): Order | undefined {
  const count = state.ids.count;
  const { touched } = state;
  // A row that is new was touched by whatever brought it.
  const isDirty = (row: number) => (touched[row] as number) > version;
  const dirty: number[] = [];
  for (let row = 0; row < count; row += 1) if (isDirty(row)) dirty.push(row);
  if (dirty.length > count / 8) return undefined;

  const compare = (one: number, other: number) =>
    Number(values.has(other)) - Number(values.has(one)) ||
    (values.has(one) ? values.compare(one, other) : 0) ||
    one - other;
  dirty.sort(compare);
  const clean = order.rows.filter((row) => !isDirty(row));
  const rows = new Uint32Array(count);
  let from = 0;
  let at = 0;
  for (const row of dirty) {
    const to = insertionPoint(clean, row, from, compare);
    rows.set(clean.subarray(from, to), at);
    at += to - from;
    rows[at] = row;
    at += 1;
    from = to;
  }
  rows.set(clean.subarray(from), at);
  return { rows, withValue: countWithValue(rows, values) };
}

function insertionPoint(
  rows: Uint32Array,
  row: number,
  from: number,
  compare: (one: number, other: number) => number,
): number {
  let low = from;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compare(rows[middle] as number, row) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
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
