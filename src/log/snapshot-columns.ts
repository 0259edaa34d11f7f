/**
 * Columns of a snapshot's segment in JSON: the value that most rows have, and the rows that differ. Whoever reads one
 * back gets undefined for what is no such column.
 */

/** All rows have it; or most do, and the others stand by the gap to the row before. */
export type PackedNumbers = number | readonly [most: number, gaps: readonly number[], values: readonly number[]];

/** Places that rise, as the gaps between them. */
export function gapsOf(places: readonly number[]): number[] {
  let before = -1;
  return places.map((place) => {
    const gap = place - before - 1;
    before = place;
    return gap;
  });
}

export function packNumbers(count: number, valueAt: (at: number) => number): PackedNumbers {
  const most = mostOf(count, valueAt);
  const places: number[] = [];
  const values: number[] = [];
  for (let at = 0; at < count; at += 1) {
    const value = valueAt(at);
    if (value === most) continue;
    places.push(at);
    values.push(value);
  }
  return places.length === 0 ? most : [most, gapsOf(places), values];
}

/** The value of more than half of the rows, where there is one (Boyer and Moore's vote). */
function mostOf(count: number, valueAt: (at: number) => number): number {
  let most = 0;
  let lead = 0;
  for (let at = 0; at < count; at += 1) {
    const value = valueAt(at);
    if (lead === 0) most = value;
    lead += value === most ? 1 : -1;
  }
  return most;
}

export interface ReadNumbers {
  readonly most: number;
  readonly places: readonly number[];
  readonly values: readonly number[];
}

export function readNumbers(packed: unknown, count: number, greatest: number): ReadNumbers | undefined {
  if (isUpTo(packed, greatest)) return { most: packed, places: [], values: [] };
  if (!Array.isArray(packed) || packed.length !== 3) return undefined;
  const [most, gaps, values] = packed as unknown[];
  const places = readGaps(gaps, count);
  if (!isUpTo(most, greatest) || !places || !isNumbers(values, greatest)) return undefined;
  return values.length === places.length ? { most, places, values } : undefined;
}

export function readGaps(gaps: unknown, count: number): readonly number[] | undefined {
  if (!isNumbers(gaps, count)) return undefined;
  let place = -1;
  const places = gaps.map((gap) => (place += gap + 1));
  return place < count ? places : undefined;
}

export function fillColumn(column: Uint8Array | Uint32Array, first: number, count: number, read: ReadNumbers): void {
  column.fill(read.most, first, first + count);
  read.places.forEach((place, at) => {
    column[first + place] = read.values[at] as number;
  });
}

export const isUpTo = (value: unknown, greatest: number): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= greatest;

export const isNumbers = (value: unknown, greatest: number): value is readonly number[] =>
  Array.isArray(value) && value.every((number) => isUpTo(number, greatest));

export const isListOf = <Item>(value: unknown, isItem: (item: unknown) => item is Item): value is readonly Item[] =>
  Array.isArray(value) && value.every(isItem);

export const isText = (value: unknown): value is string => typeof value === 'string';
