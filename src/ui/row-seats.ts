/**
 * Which of a list's row elements shows which row. A row that stays in the page stays where it is; one that comes takes
 * the element of one that went, since to make one anew costs several times what it costs to write other words into it.
 * The elements always stand in the order of rows. Pure; knows no element.
 */

export interface Seat {
  /** Of the element, as long as it is in the page. */
  readonly seat: number;
  /** Of the row that it shows. */
  readonly index: number;
}

/** First ≤ index < last. */
export interface SeatedRows {
  readonly first: number;
  readonly last: number;
  /** Has the focus, and stays in the page wherever it is; outside of them where there is none. */
  readonly held: number;
}

export function seatRows(before: readonly Seat[], rows: SeatedRows, total: number): readonly Seat[] {
  const wanted = indexesOf(rows, total);
  const seatOf = new Map(before.map(({ seat, index }) => [index, seat]));
  const isWanted = new Set(wanted);
  const left = before.filter(({ index }) => !isWanted.has(index));
  const coming = wanted.filter((index) => !seatOf.has(index));
  const free = mayTurn(before, wanted, left, coming, rows.held) ? left.map(({ seat }) => seat) : [];
  let made = before.reduce((most, { seat }) => Math.max(most, seat), -1) + 1;
  // New ones first: among what stays, elements are then put before or after, never both.
  let fresh = Math.max(0, coming.length - free.length);
  for (const index of coming) seatOf.set(index, fresh-- > 0 ? made++ : (free.shift() as number));
  return wanted.map((index) => ({ seat: seatOf.get(index) as number, index }));
}

function indexesOf({ first, last, held }: SeatedRows, total: number): readonly number[] {
  const indexes = Array.from({ length: Math.max(0, last - first) }, (_, offset) => first + offset);
  const isThere = held >= 0 && held < total;
  if (isThere && held < first) indexes.unshift(held);
  if (isThere && held >= last) indexes.push(held);
  return indexes;
}

/**
 * An element that is put elsewhere in the page loses the focus. Whoever orders them moves the fewer ones past the more:
 * so the one that has the focus stands still at either end, or where fewer than stay go round from one end to the other.
 */
function mayTurn(
  before: readonly Seat[],
  wanted: readonly number[],
  left: readonly Seat[],
  coming: readonly number[],
  held: number,
): boolean {
  const stays = before.some(({ index }) => index === held) && wanted.includes(held);
  if (!stays) return true;
  if (before[0]?.index === held && wanted[0] === held) return true;
  if (before.at(-1)?.index === held && wanted.at(-1) === held) return true;
  const isDown = coming.every((index) => index > held) && left.every(({ index }) => index < held);
  const isUp = coming.every((index) => index < held) && left.every(({ index }) => index > held);
  return (isDown || isUp) && left.length < before.length - left.length;
}
