import { describe, expect, test } from 'vitest';
import { createChangedRows } from '#audience/changed-rows';
import { createOrders } from '#audience/order';
import { sortRepeated, sortRows, type Sorting } from '#audience/sort-rows';
import { SORT_FIELDS } from '#audience/types';
import { apply, audienceOf } from '#tests/builders/audience';
import { rowOf } from '#tests/builders/blocks';
import { crowdColumns } from '#tests/builders/crowd';
import { createDice } from '#tests/builders/dice';
import { change } from '#tests/builders/entries';

const { compare } = new Intl.Collator('en');

function runThrough(sorting: Sorting): { readonly rows: number[]; readonly steps: number } {
  for (let steps = 0; ; steps += 1) {
    const step = sorting.next();
    if (step.done) return { rows: [...step.value], steps };
  }
}

/** The platform's own sort keeps equal ones in their order. */
const asThePlatform = <Value>(values: readonly (Value | undefined)[], compared: (one: Value, other: Value) => number) =>
  values
    .flatMap((value, row) => (value === undefined ? [] : [{ value, row }]))
    .sort((one, other) => compared(one.value, other.value))
    .map(({ row }) => row);

describe('[CON-5] rows in order, step by step', () => {
  test.each([0, 1, 2, 1_023, 1_024, 1_025, 5_000])('%i of them as the platform sorts them, in small steps', (count) => {
    const dice = createDice(count);
    // Of some names another spelling of the same: a collator holds them equal.
    const names = Array.from({ length: count }, () =>
      dice.chance(0.1)
        ? undefined
        : dice.pick(['Ana', 'ana', 'é', 'e\u0301', '张三', 'Zoe', `B${String(dice.below(900))}`]),
    );
    const repeated = runThrough(sortRepeated(count, (row) => names[row], compare));
    expect(repeated.rows).toEqual(asThePlatform(names, compare));

    const numbers = names.map((name) => (name === undefined ? undefined : dice.below(count)));
    const sorting = sortRows(
      count,
      (row) => numbers[row] !== undefined,
      (one, other) => (numbers[one] ?? 0) - (numbers[other] ?? 0),
    );
    const { rows, steps } = runThrough(sorting);
    expect(rows).toEqual(asThePlatform(numbers, (one, other) => one - other));
    expect(steps).toBeGreaterThanOrEqual(Math.floor(count / 1_024));
  });

  test('made ahead they are as when asked for, also where somebody changed in between', () => {
    const dice = createDice(5);
    const columns = crowdColumns(dice, 0, 4_000);
    const people = Array.from({ length: 4_000 }, (_, at) => ({
      ...{ userId: `u${String(at)}`, name: columns.name?.[at] ?? '', phone: columns.phone?.[at] ?? '' },
      email: columns.email?.[at] ?? '',
    }));
    const { fold } = audienceOf(people);
    const ahead = createOrders(fold.state, createChangedRows(fold.state), compare);
    let changes = 0;
    for (let calls = 1; ahead.warm() === 'more'; calls += 1) {
      if (calls % 2 !== 0 || changes > 10) continue;
      changes += 1;
      const row = rowOf('userId', `u${String(dice.below(4_000))}`, { name: `New ${String(calls)}` }, { birth: false });
      apply(fold, change(row, { ms: 10_000 + calls }));
    }
    expect(changes).toBeGreaterThan(3);
    const asked = createOrders(fold.state, createChangedRows(fold.state), compare);
    for (const field of SORT_FIELDS) expect(ahead.by(field)).toEqual(asked.by(field));
  });
});
