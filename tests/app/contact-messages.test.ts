import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import type { AudienceDevice } from './audience-device.ts';
import type { ContactId, DeviceId, EntryId, MessageId } from '#domain/ids';
import { encodeRecipients } from '#log/block';
import type { BlockRef } from '#log/types';
import { createReceiptStore } from '#storage/receipt-store';
import { testDatabase } from '#tests/storage/workspace';
import { audienceDevice } from './audience-device.ts';

const person = (at: number) => ({
  cells: { phone: `+42077700000${String(at)}`, name: `Person ${String(at)}` },
  joins: [],
  newGroups: [],
});

let made = 0;

/** Two recipients a block, as a large message has thousands. */
async function recipientBlocks(
  { parts }: AudienceDevice,
  contacts: readonly ContactId[],
): Promise<readonly BlockRef[]> {
  const refs: BlockRef[] = [];
  for (let from = 0; from < contacts.length; from += 2) {
    const some = contacts.slice(from, from + 2);
    const { bytes, ...ref } = await encodeRecipients({
      ...{ kind: 'recipients', count: some.length, contacts: some, variables: {} },
      addresses: some.map((id) => `to ${id}`),
    });
    const id = `recipients-${String((made += 1))}` as BlockRef['id'];
    await parts.blocks.add([{ id, hash: ref.hash, bytes }]);
    refs.push({ id, ...ref });
  }
  return refs;
}

async function deviceWithFour() {
  const { id, db } = testDatabase();
  const device = await audienceDevice({ id, db });
  const people: ContactId[] = [];
  for (const at of [1, 2, 3, 4]) people.push((await device.audience.addContact(person(at))).contact.id);
  return { device, people: people as [ContactId, ContactId, ContactId, ContactId], receipts: createReceiptStore(db) };
}

test('[CON-12] every message to a contact is listed, newest first, with its own receipts and nobody else’s', async () => {
  const { device, people, receipts } = await deviceWithFour();
  const [one, two, three, four] = people;
  await device.audience.addMessaged('m1' as MessageId, 'sms', await recipientBlocks(device, people));
  await device.audience.addMessaged('m2' as MessageId, 'email', await recipientBlocks(device, [four, two]));
  await device.audience.addMessaged('m3' as MessageId, 'sms', await recipientBlocks(device, [one, three]));
  const page = (recipients: readonly number[], state: 'accepted' | 'delivered', at: number) => ({
    ...{ message: 'm1' as MessageId, lastCursor: at },
    receipts: recipients.map((recipient) => ({ recipient, state, at })),
  });
  await receipts.addFeed([page([0, 1, 2, 3], 'accepted', 10), page([1, 3], 'delivered', 20)], 20, []);

  const { total, deliveries } = await device.audience.messagesTo(four, [], 10);
  expect(total).toBe(2);
  expect(deliveries.map(({ message, channelType, address }) => [message, channelType, address])).toEqual([
    ['m2', 'email', `to ${four}`],
    ['m1', 'sms', `to ${four}`],
  ]);
  expect(deliveries.map((delivery) => delivery.receipts.map(({ state, at }) => [state, at]))).toEqual([
    [],
    [
      ['accepted', 10],
      ['delivered', 20],
    ],
  ]);
  expect((await device.audience.messagesTo(four, [], 1)).deliveries.map(({ message }) => message)).toEqual(['m2']);
  await receipts.addFeed([{ ...page([0], 'delivered', 30), message: 'm2' as MessageId }], 30, []);
  expect((await device.audience.messagesTo(four, [], 1)).deliveries[0]?.receipts).toHaveLength(1);
});

test('[CON-12] a message that waits in the outbox is among them, once, also when it has just left', async () => {
  const { device, people } = await deviceWithFour();
  const blocks = await recipientBlocks(device, people);
  const waiting = [
    ...[{ message: 'm1' as MessageId, channelType: 'sms' as const, atMs: 1, device: 'device' as DeviceId, blocks }],
  ];
  expect(await device.audience.messagesTo(people[2], waiting, 10)).toMatchObject({ total: 1 });
  await device.audience.addMessaged('m1' as MessageId, 'sms', blocks);
  expect(await device.audience.messagesTo(people[2], waiting, 10)).toMatchObject({ total: 1 });
});

test('[CON-12] of two who were merged the messages to both are those of the one', async () => {
  const { device, people } = await deviceWithFour();
  const [one, two, three] = people;
  await device.audience.addMessaged('m1' as MessageId, 'sms', await recipientBlocks(device, [one]));
  await device.audience.addMessaged('m2' as MessageId, 'sms', await recipientBlocks(device, [three, two]));
  const merged = await device.audience.merge([one, two], {});
  const messages = async (id: ContactId) =>
    (await device.audience.messagesTo(id, [], 10)).deliveries.map(({ message }) => message);
  expect([await messages(one), await messages(two)]).toEqual([
    ['m2', 'm1'],
    ['m2', 'm1'],
  ]);
  const [entry] = merged.kind === 'merged' ? merged.entries : [];
  await device.audience.undoEntry(entry as EntryId);
  expect([await messages(one), await messages(two)]).toEqual([['m1'], ['m2']]);
});
