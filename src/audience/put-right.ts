/** Keeps rows in order while a few of them change: they are taken out and put in by binary search. */

/** A total order: no two rows are equal in it. */
export type CompareRows = (one: number, other: number) => number;

/**
 * `rows` were in order before the changed ones changed; which of these belong to them is asked. The same array where
 * everybody belongs where he is, else a new one.
 */
export function putRight(
  rows: Uint32Array<ArrayBuffer>,
  changed: readonly number[],
  belongs: (row: number) => boolean,
  compare: CompareRows,
): Uint32Array<ArrayBuffer> {
  const places = changed.map((row) => rows.indexOf(row));
  if (changed.every((row, at) => isRight(rows, places[at] as number, belongs(row), compare))) return rows;
  return mergeIn(
    without(
      rows,
      places.filter((place) => place >= 0),
    ),
    changed.filter(belongs),
    compare,
  );
}

function isRight(rows: Uint32Array, place: number, belongs: boolean, compare: CompareRows): boolean {
  if (place < 0 || !belongs) return place < 0 && !belongs;
  const [row, before, after] = [rows[place] as number, rows[place - 1], rows[place + 1]];
  return (before === undefined || compare(before, row) < 0) && (after === undefined || compare(row, after) < 0);
}

function without(rows: Uint32Array<ArrayBuffer>, places: readonly number[]): Uint32Array<ArrayBuffer> {
  const left = new Uint32Array(rows.length - places.length);
  let from = 0;
  let at = 0;
  for (const place of places.toSorted((one, other) => one - other)) {
    left.set(rows.subarray(from, place), at);
    at += place - from;
    from = place + 1;
  }
  left.set(rows.subarray(from), at);
  return left;
}

/** Of rows that are in order, and others that are not among them. */
export function mergeIn(
  ordered: Uint32Array<ArrayBuffer>,
  others: readonly number[],
  compare: CompareRows,
): Uint32Array<ArrayBuffer> {
  const rows = new Uint32Array(ordered.length + others.length);
  let from = 0;
  let at = 0;
  for (const row of others.toSorted(compare)) {
    const to = insertionPoint(ordered, row, from, compare);
    rows.set(ordered.subarray(from, to), at);
    at += to - from;
    rows[at] = row;
    at += 1;
    from = to;
  }
  rows.set(ordered.subarray(from), at);
  return rows;
}

function insertionPoint(rows: Uint32Array, row: number, from: number, compare: CompareRows): number {
  let low = from;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compare(rows[middle] as number, row) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
