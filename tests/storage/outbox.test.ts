import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import type { BlockId, ChannelCode, DeviceId, EntryId, MessageId } from '#domain/ids';
import type { Message } from '#domain/message';
import { createEntryStore } from '#storage/entry-store';
import { createMessageStore } from '#storage/message-store';
import { createOutbox } from '#storage/outbox';
import { createReceiptStore } from '#storage/receipt-store';
import type { MessageRow } from '#storage/message-types';
import type { EntryDraft } from '#storage/types';
import { testDatabase } from './workspace.ts';

const funnel = { chosen: 1, planned: 1, active: 1, consenting: 1, notBlocked: 1, hasAddress: 1, effective: 1 };
const figures = { queued: 1, unknown: 0, sent: 0, failed: 0, delivered: 0, clicked: 0 };
const message = (id: string, createdAt = 1): Message => ({
  id: id as MessageId,
  channel: 'mail' as ChannelCode,
  channelType: 'email',
  content: { kind: 'email', subject: 'Hello', text: 'Hello' },
  audience: { groups: [] },
  priority: 'medium',
  createdAt,
});
const row = (id: string, createdAt?: number): MessageRow => ({
  ...message(id, createdAt),
  state: 'waiting',
  funnel,
  figures,
  groupNames: [],
  blocks: [],
});
const outboxRow = (id: string) => ({ key: id as MessageId, message: message(id), funnel, blocks: [] });
const messaged = (id: string): EntryDraft => ({
  id: `messaged-${id}` as EntryId,
  device: 'device' as DeviceId,
  body: { kind: 'messaged', message: id as MessageId, channelType: 'email', blocks: [] },
});

test('[MSG-7] messages leave in the order in which they were sent off', async () => {
  const outbox = createOutbox(testDatabase().db);
  for (const id of ['c', 'a', 'b']) await outbox.add(outboxRow(id), row(id));
  expect((await outbox.peek())?.key).toBe('c');
  expect((await outbox.list()).map((waiting) => waiting.key)).toEqual(['c', 'a', 'b']);
});

test('[MSG-7] a second tap on Send, even after the message left, sends nothing again', async () => {
  const outbox = createOutbox(testDatabase().db);
  await outbox.add(outboxRow('a'), row('a'));
  await outbox.add(outboxRow('a'), row('a'));
  expect(await outbox.count()).toBe(1);
  await outbox.settle('a' as MessageId, { id: 'a' as MessageId, state: 'sending' }, messaged('a'), 1_000);
  await outbox.add(outboxRow('a'), row('a'));
  expect(await outbox.count()).toBe(0);
});

test('acknowledged, it leaves together with its new state and the entry of who was messaged', async () => {
  const { db } = testDatabase();
  const outbox = createOutbox(db);
  await outbox.add(outboxRow('a'), row('a'));
  await outbox.settle('a' as MessageId, { id: 'a' as MessageId, state: 'sending', sentAt: 5 }, messaged('a'), 1_000);
  await outbox.settle('a' as MessageId, { id: 'a' as MessageId, state: 'sending', sentAt: 5 }, messaged('a'), 2_000);
  expect(await outbox.peek()).toBeUndefined();
  expect(await createMessageStore(db).get('a' as MessageId)).toEqual({ ...row('a'), state: 'sending', sentAt: 5 });
  expect((await createEntryStore(db).after(0, 10)).map((entry) => entry.id)).toEqual(['messaged-a']);
});

test('where that transaction fails, the message stays in the queue', async () => {
  const { db } = testDatabase();
  const outbox = createOutbox(db);
  await outbox.add(outboxRow('a'), row('a'));
  const unclonable = { id: 'a' as MessageId, problem: (() => 'x') as unknown as string };
  await expect(outbox.settle('a' as MessageId, unclonable, messaged('a'), 1_000)).rejects.toThrow();
  expect(await outbox.count()).toBe(1);
  expect(await createEntryStore(db).count()).toBe(0);
});

test('refused for good, it leaves with its reason and nobody counts as messaged', async () => {
  const { db } = testDatabase();
  const outbox = createOutbox(db);
  await outbox.add(outboxRow('a'), row('a'));
  await outbox.refuse('a' as MessageId, { id: 'a' as MessageId, state: 'failed', problem: 'channelGone' });
  expect(await outbox.count()).toBe(0);
  expect((await createMessageStore(db).get('a' as MessageId))?.problem).toBe('channelGone');
  expect(await createEntryStore(db).count()).toBe(0);
});

test('taken back before it left, its place, message and recipients are gone; afterwards nothing is', async () => {
  const { db } = testDatabase();
  const outbox = createOutbox(db);
  const block = { id: 'b' as BlockId, hash: 'ff', rows: 1, sizeBytes: 1 };
  await db.blocks.add({ id: block.id, hash: block.hash, bytes: new Uint8Array([1]) });
  await outbox.add({ ...outboxRow('a'), blocks: [block] }, row('a'));
  await outbox.change('a' as MessageId, { stage: 'completing' });
  expect((await outbox.get('a' as MessageId))?.stage).toBe('completing');
  await outbox.discard('a' as MessageId);
  for (const table of [db.outbox, db.messages, db.blocks]) expect(await table.count()).toBe(0);
  await outbox.add(outboxRow('b'), row('b'));
  await outbox.settle('b' as MessageId, { id: 'b' as MessageId, state: 'sending' }, messaged('b'), 1_000);
  await outbox.discard('b' as MessageId);
  expect(await db.messages.count()).toBe(1);
});

test('[MSG-10] the history is newest first', async () => {
  const { db } = testDatabase();
  for (const [id, at] of [
    ['a', 1],
    ['b', 3],
    ['c', 2],
  ] as const)
    await createOutbox(db).add(outboxRow(id), row(id, at));
  expect((await createMessageStore(db).list()).map((found) => found.id)).toEqual(['b', 'c', 'a']);
});

test('a page of the feed that comes twice counts once, and moves cursor and figures with it', async () => {
  const { db } = testDatabase();
  const receipts = createReceiptStore(db);
  await createOutbox(db).add(outboxRow('a'), row('a'));
  const page = (lastCursor: number) => ({
    message: 'a' as MessageId,
    lastCursor,
    receipts: [{ recipient: lastCursor, state: 'accepted', at: 1 } as const],
  });
  const patch = { id: 'a' as MessageId, figures: { ...figures, queued: 0, sent: 1 } };
  await receipts.addFeed([page(1), page(2)], 2, [patch]);
  await receipts.addFeed([page(1), page(2)], 2, [patch]);
  await receipts.addFeed([page(10)], 10, []);
  expect(await receipts.cursor()).toBe(10);
  expect((await receipts.ofMessage('a' as MessageId)).map((receipt) => receipt.recipient)).toEqual([1, 2, 10]);
  expect((await createMessageStore(db).get('a' as MessageId))?.figures.sent).toBe(1);
  expect(await receipts.ofMessage('b' as MessageId)).toEqual([]);
});
