/**
 * Sorts rows by a value in steps of some milliseconds, so that whoever holds the audience answers between them. Values
 * that repeat, such as names, are compared once each: comparing by language is the dear part.
 */

/** Rows with a value, rising; equal ones as they are numbered. The generator yields between steps. */
export type Sorting = Generator<undefined, Uint32Array<ArrayBuffer>>;

/** Small enough that a step is some milliseconds, also where each comparison asks a collator. */
const RUN = 1_024;
const STEP = 8_192;

/** Of values few of which are alike. `compare` is asked of rows that have one. */
export function* sortRows(
  count: number,
  has: (row: number) => boolean,
  compare: (one: number, other: number) => number,
): Sorting {
  const rows = new Uint32Array(count);
  let length = 0;
  for (let row = 0; row < count; row += 1) {
    if (has(row)) rows[length++] = row;
    if (row % STEP === 0) yield;
  }
  return yield* sortNumbers(rows.slice(0, length), (one, other) => compare(one, other) || one - other);
}

/** Of values many of which are alike; those that compare as equal are one value. */
export function* sortRepeated<Value>(
  count: number,
  valueAt: (row: number) => Value | undefined,
  compare: (one: Value, other: Value) => number,
): Sorting {
  const places = new Map<Value, number>();
  const values: Value[] = [];
  /** 1 + the place of a row's value; 0 without one. */
  const placeOf = new Uint32Array(count);
  for (let row = 0; row < count; row += 1) {
    const value = valueAt(row);
    if (value !== undefined) {
      let place = places.get(value);
      if (place === undefined) places.set(value, (place = values.push(value)));
      placeOf[row] = place;
    }
    if (row % STEP === 0) yield;
  }
  places.clear();
  const order = yield* sortNumbers(
    Uint32Array.from(values, (_, at) => at),
    (one, other) => compare(values[one] as Value, values[other] as Value),
  );
  const ranks = new Uint32Array(values.length + 1);
  order.forEach((at, index) => {
    const before = index > 0 ? (order[index - 1] as number) : at;
    const isNew = index > 0 && compare(values[before] as Value, values[at] as Value) !== 0;
    ranks[at + 1] = (ranks[before + 1] as number) + Number(index === 0 || isNew);
  });
  yield;
  return byRank(placeOf, ranks);
}

/** `ranks` from 1 on, by place; place 0 has none and is left out. */
function byRank(placeOf: Uint32Array, ranks: Uint32Array): Uint32Array<ArrayBuffer> {
  const next = new Uint32Array(ranks.length + 1);
  for (const place of placeOf) if (place !== 0) (next[(ranks[place] as number) + 1] as number) += 1;
  for (let rank = 1; rank < next.length; rank += 1) (next[rank] as number) += next[rank - 1] as number;
  const rows = new Uint32Array(next.at(-1) ?? 0);
  placeOf.forEach((place, row) => {
    if (place === 0) return;
    const rank = ranks[place] as number;
    rows[next[rank] as number] = row;
    (next[rank] as number) += 1;
  });
  return rows;
}

/** A merge sort from below: runs, then pairs of runs. */
function* sortNumbers(numbers: Uint32Array<ArrayBuffer>, compare: (one: number, other: number) => number): Sorting {
  for (let from = 0; from < numbers.length; from += RUN) {
    numbers.subarray(from, from + RUN).sort(compare);
    yield;
  }
  let source = numbers;
  let target = new Uint32Array(numbers.length);
  for (let width = RUN; width < numbers.length; width *= 2) {
    for (let from = 0; from < numbers.length; from += width * 2)
      yield* mergeRuns(source, target, [from, from + width, from + width * 2], compare);
    [source, target] = [target, source];
  }
  return source;
}

function* mergeRuns(
  source: Uint32Array,
  target: Uint32Array,
  [from, middle, end]: readonly [number, number, number],
  compare: (one: number, other: number) => number,
): Generator<undefined, void> {
  const [oneEnd, otherEnd] = [Math.min(middle, source.length), Math.min(end, source.length)];
  let [one, other] = [from, oneEnd];
  for (let at = from; at < otherEnd; at += 1) {
    const isOne = other >= otherEnd || (one < oneEnd && compare(source[one] as number, source[other] as number) <= 0);
    target[at] = source[isOne ? one++ : other++] as number;
    if (at % STEP === 0) yield;
  }
}
