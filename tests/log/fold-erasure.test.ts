/** What the fold leaves of somebody erased: nothing, by whatever entry it comes. */
import { expect, test } from 'vitest';
import { isListed } from '#audience/columns';
import { highHalf, lowHalf } from '#log/contact-id';
import { rowOf } from '#tests/builders/blocks';
import { change, commit, erasure, ids, merge, type Written } from '#tests/builders/entries';
import { foldOf } from '#tests/builders/folds';

const idOf = (phone: string, generation = 0) => ids.idOf('phone', phone, generation);
const born = (phone: string, ms: number) => change(rowOf('phone', phone, { name: `of ${phone}` }), { ms });

function phones(history: readonly Written[]): readonly string[] {
  const { state } = foldOf(history);
  return Array.from({ length: state.ids.count }, (_, row) =>
    isListed(state, row) ? state.texts.phone.get(row) : undefined,
  ).filter((value) => value !== undefined);
}

test('[CON-10] a merge that chose a key of somebody erased does not keep it', () => {
  const gone = erasure([idOf('+9')], { ms: 50 }, [idOf('+9')]);
  const history = [born('+1', 1), born('+2', 2), merge([idOf('+1'), idOf('+2')], { ms: 10 }, { phone: '+9' })];
  expect(phones(history)).toEqual(['+9']);
  expect(phones([...history, gone])).toEqual(['+2']);
  expect(phones([gone, ...history])).toEqual(['+2']);
});

test('[CON-10] a key that moved on is borne by a generation that nobody erased', () => {
  const moved = change(rowOf('phone', '+1', {}, { birth: false, id: idOf('+1'), cells: { phone: '+2' } }), {
    ms: 2,
  });
  const gone = erasure([idOf('+1', 1)], { ms: 5 }, []);
  const { state } = foldOf([born('+1', 1), moved, gone, commit([[rowOf('phone', '+1', { name: 'Eva' })]], { ms: 9 })]);
  const listed = (generation: number) => {
    const id = idOf('+1', generation);
    return isListed(state, state.ids.find(highHalf(id), lowHalf(id)));
  };
  expect([0, 1, 2].map(listed)).toEqual([true, false, true]);
});
