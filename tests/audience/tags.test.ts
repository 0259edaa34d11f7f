/** Tags as contacts have them, said by two devices that had not heard of each other. */
import { expect, test } from 'vitest';
import { contactAt } from '#audience/columns';
import { countTags } from '#audience/tags';
import { tagCell } from '#domain/tag';
import { rowOf } from '#tests/builders/blocks';
import { change, ids, type Written } from '#tests/builders/entries';
import { foldOf } from '#tests/builders/folds';

const VIP = ids.tagId('VIP');
const born = (phone: string, ms: number) => change(rowOf('phone', phone, { phone }), { ms });
const said = (phone: string, value: string, ms: number, device: string) =>
  change(rowOf('phone', phone, { [tagCell(VIP)]: value }, { birth: false }), { ms, device });

const folded = (entries: readonly Written[]) => foldOf(entries).state;

test('[SYN-4] one tag that two devices add apart, each in its spelling, is one', () => {
  const people = [born('+1', 1_000), born('+2', 1_001), born('+3', 1_002)];
  const [here, there] = [said('+1', 'VIP', 2_000, 'device-a'), said('+2', 'ｖｉｐ', 3_000, 'device-b')];
  for (const order of [
    [here, there],
    [there, here],
  ]) {
    const state = folded([...people, ...order]);
    expect(countTags(state)).toEqual([{ id: VIP, name: 'ｖｉｐ', contacts: 2 }]);
    expect(contactAt(state, 0, []).tags).toEqual([{ id: VIP, name: 'VIP' }]);
    expect(contactAt(state, 2, []).tags).toBeUndefined();
  }
});

test('[SYN-3] of adding and taking away a tag the later stands, whichever comes first', () => {
  const [added, removed] = [said('+1', 'VIP', 2_000, 'device-a'), said('+1', '', 2_001, 'device-b')];
  for (const order of [
    [added, removed],
    [removed, added],
  ]) {
    expect(countTags(folded([born('+1', 1_000), ...order]))).toEqual([]);
  }
  expect(countTags(folded([born('+1', 1_000), added, removed, said('+1', 'vip', 2_002, 'device-a')]))).toHaveLength(1);
});

test('who is in the bin has no tag that anybody is asked for', () => {
  const bin = change(rowOf('phone', '+1', { deleted: 'yes' }, { birth: false }), { ms: 4_000 });
  expect(countTags(folded([born('+1', 1_000), said('+1', 'VIP', 2_000, 'device-a'), bin]))).toEqual([]);
});
