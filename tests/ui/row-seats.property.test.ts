/** Row elements are used again: each row has one, in order, and neither what stays nor the focus is moved. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seatRows, type Seat } from '#ui/row-seats';

const TOTAL = 1_000;
const steps = fc.array(
  fc.record({
    first: fc.oneof(fc.integer({ min: -8, max: 8 }), fc.integer({ min: -TOTAL, max: TOTAL })),
    size: fc.integer({ min: 1, max: 30 }),
    held: fc.oneof(fc.constant(0), fc.integer({ min: -3, max: 34 })),
    total: fc.constantFrom(TOTAL, TOTAL, TOTAL, 12),
  }),
  { minLength: 1, maxLength: 40 },
);

interface Step {
  readonly seats: readonly Seat[];
  readonly before: readonly Seat[];
  readonly wanted: readonly number[];
  readonly held: number;
}

/** Small moves and jumps; now and then another row is held. */
function stepped(moves: readonly { first: number; size: number; held: number; total: number }[]): readonly Step[] {
  let seats: readonly Seat[] = [];
  let at = 0;
  let held = 0;
  return moves.map(({ first: by, size, held: next, total }) => {
    at = Math.min(Math.max(0, at + by), Math.max(0, total - size));
    const last = Math.min(total, at + size);
    if (next > 0 || held >= total) held = Math.min(at + Math.max(0, next), total - 1);
    const before = seats;
    seats = seatRows(before, { first: at, last, held }, total);
    const window = Array.from({ length: last - at }, (_, offset) => at + offset);
    return { seats, before, held, wanted: [...new Set([...window, held])].sort((one, other) => one - other) };
  });
}

describe('the elements of the rows in sight', () => {
  it('[CON-5] each row in sight has one element, in the order of rows', () => {
    fc.assert(
      fc.property(steps, (moves) => {
        for (const { seats, wanted } of stepped(moves)) {
          expect(seats.map(({ index }) => index)).toEqual(wanted);
          expect(new Set(seats.map(({ seat }) => seat)).size).toBe(seats.length);
        }
      }),
    );
  });

  it('[CON-5] a row that stays in sight keeps its element, whoever else comes and goes', () => {
    fc.assert(
      fc.property(steps, (moves) => {
        for (const { seats, before, wanted } of stepped(moves))
          for (const seat of before) if (wanted.includes(seat.index)) expect(seats).toContainEqual(seat);
      }),
    );
  });

  it('[CON-5] scrolling on makes no element but one, for the row that has the focus', () => {
    const made = new Set<number>();
    let seats: readonly Seat[] = [];
    for (let first = 0; first < 600; first += 3) {
      seats = seatRows(seats, { first, last: first + 30, held: 0 }, TOTAL);
      for (const { seat } of seats) made.add(seat);
    }
    expect(made.size).toBe(31);
  });

  it('[CON-5] the element of the row that has the focus is never put elsewhere', () => {
    fc.assert(
      fc.property(steps, (moves) => {
        for (const { seats, before, held } of stepped(moves)) {
          const focused = before.find(({ index }) => index === held);
          if (focused) expect(movedBy(before, seats)).not.toContain(focused.seat);
        }
      }),
    );
  });
});

/**
 * The elements that Svelte's keyed list puts elsewhere to come from one order to the other: it walks through the new
 * order, and where it meets what it has passed, moves the fewer past the more (`reconcile` of its `each`).
 */
function movedBy(before: readonly Seat[], after: readonly Seat[]): ReadonlySet<number> {
  const list: number[] = before.map(({ seat }) => seat);
  const known = new Set(list);
  const moved = new Set<number>();
  const put = (seat: number, at: number) => {
    const from = list.indexOf(seat);
    if (from >= 0) {
      moved.add(seat);
      list.splice(from, 1);
    }
    list.splice(from >= 0 && from < at ? at - 1 : at, 0, seat);
  };
  const next = (seat: number | undefined) => (seat === undefined ? list[0] : list[list.indexOf(seat) + 1]);
  const placeOf = (seat: number | undefined) => (seat === undefined ? list.length : list.indexOf(seat));
  let current: number | undefined = list[0];
  let last: number | undefined;
  let matched: number[] = [];
  let stashed: number[] = [];
  const seen = new Set<number>();
  for (let at = 0; at < after.length; at += 1) {
    const { seat } = after[at] as Seat;
    if (!known.has(seat)) {
      put(seat, last === undefined ? placeOf(current) : list.indexOf(last) + 1);
      last = seat;
      matched = [];
      stashed = [];
      current = next(seat);
      continue;
    }
    if (seat !== current) {
      if (seen.has(seat)) {
        const [start] = stashed;
        if (start !== undefined && matched.length < stashed.length) {
          for (const each of matched) put(each, list.indexOf(start));
          for (const each of stashed) seen.delete(each);
          last = matched.at(-1);
          current = start;
          at -= 1;
          matched = [];
          stashed = [];
        } else {
          seen.delete(seat);
          put(seat, placeOf(current));
          last = seat;
        }
        continue;
      }
      matched = [];
      stashed = [];
      while (current !== undefined && current !== seat) {
        seen.add(current);
        stashed.push(current);
        current = next(current);
      }
      if (current === undefined) continue;
    }
    matched.push(seat);
    last = seat;
    current = next(seat);
  }
  return moved;
}
