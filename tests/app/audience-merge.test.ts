import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import type { ContactId } from '#domain/ids';
import { group } from '#tests/builders/entries';
import { testDatabase } from '#tests/storage/workspace';
import { audienceDevice } from './audience-device.ts';

const [VIP, FAIR] = [group('VIP'), group('Fair')];
const PHONE = '+420777123456';

/** One phone, two user IDs: nobody joins them but a hand. */
async function withTwo() {
  const device = await audienceDevice(testDatabase());
  const { audience } = device;
  const one = await audience.addContact({
    cells: { userId: 'U1', phone: PHONE, name: 'Ana' },
    joins: [VIP],
    newGroups: [],
  });
  const other = await audience.addContact({
    cells: { userId: 'U2', name: 'Anna', email: 'ana@example.com' },
    joins: [FAIR],
    newGroups: [],
  });
  await audience.change(other.contact.id, { cells: { phone: PHONE, 'consent:sms': 'refused' }, joins: [], leaves: [] });
  return { ...device, one: one.contact.id, other: other.contact.id };
}

const list = { filter: {}, sort: { by: 'name', order: 'up' }, offset: 0, limit: 9 } as const;

test('[CON-13] listed, merged with the values that were chosen, and taken apart again', async () => {
  const { audience, one, other } = await withTwo();
  const { total, sets } = await audience.duplicates(0, 10);
  expect([total, sets.map((set) => set.map(({ id }) => id).sort())]).toEqual([1, [[one, other].sort()]]);

  const before = await audience.window(list);
  const result = await audience.merge([one, other], { name: 'Anna', userId: 'U1' });
  if (result.kind !== 'merged') throw new Error('they were not merged');
  const { contacts } = await audience.window(list);
  expect(contacts).toHaveLength(1);
  expect(contacts[0]).toMatchObject({
    cells: { userId: 'U1', name: 'Anna', phone: PHONE, email: 'ana@example.com', 'consent:sms': 'refused' },
  });
  expect([...(contacts[0]?.groups ?? [])].sort()).toEqual([VIP, FAIR].sort());
  expect((await audience.duplicates(0, 10)).total).toBe(0);

  for (const entry of result.entries) await audience.undoEntry(entry);
  const { contacts: apart } = await audience.window(list);
  expect(apart.map(({ cells, groups }) => ({ cells, groups }))).toEqual(
    before.contacts.map(({ cells, groups }) => ({ cells, groups })),
  );
});

test('[CON-13] a value that none of them has is not written; of what nobody chose the latest stands', async () => {
  const { audience, one, other } = await withTwo();
  await audience.merge([one, other], { name: 'Mallory' });
  expect((await audience.window(list)).contacts[0]?.cells).toMatchObject({ name: 'Anna', userId: 'U2' });
});

test('[CON-13] somebody was faster, or one of them is gone: nothing is written', async () => {
  const { audience, parts, one, other } = await withTwo();
  await audience.change(other, { cells: { deleted: 'yes' }, joins: [], leaves: [] });
  let { length } = await parts.entries.after(0, 99);
  expect(await audience.merge([one, other], {})).toEqual({ kind: 'changed' });
  const { contact: third } = await audience.addContact({ cells: { userId: 'U3' }, joins: [], newGroups: [] });
  length += 1;
  expect(await audience.merge([one, third.id, other], {})).toEqual({ kind: 'changed' });
  expect(await audience.merge([one, '0123456789abcdef' as ContactId], {})).toEqual({ kind: 'changed' });
  expect(await parts.entries.after(0, 99)).toHaveLength(length);
});
