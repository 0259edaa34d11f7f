import { expect, test } from 'vitest';
import { findDuplicates, SHARED_BY_FEW } from '#audience/duplicates';
import { textAt } from '#audience/columns';
import { audienceOf, type PersonCells } from '#tests/builders/audience';

async function namesOf(people: readonly PersonCells[]): Promise<string[][]> {
  const { fold } = audienceOf(people);
  const sets = await findDuplicates(fold.state, () => Promise.resolve());
  return sets.map((rows) => rows.map((row) => textAt(fold.state, 'name', row)));
}

test('[CON-13] who shares a phone or an email stands in one set, also by way of a third', async () => {
  const sets = await namesOf([
    { userId: '1', name: 'Ana', phone: '+420777000001' },
    { userId: '2', name: 'Anna', phone: '+420777000001', email: 'ana@example.com' },
    { userId: '3', name: 'Li', phone: '+420777000002' },
    { userId: '4', name: 'A. Lima', email: 'ana@example.com' },
    { userId: '5', name: 'Noah', email: 'noah@example.com' },
  ]);
  expect(sets).toEqual([['Ana', 'Anna', 'A. Lima']]);
});

test('[CON-13] a line that many share tells nothing of who they are', async () => {
  const crowd = (count: number) =>
    Array.from({ length: count }, (_, at) => ({ userId: String(at), name: String(at), phone: '+420777000001' }));
  expect(await namesOf(crowd(SHARED_BY_FEW))).toHaveLength(1);
  expect(await namesOf(crowd(SHARED_BY_FEW + 1))).toEqual([]);
});
