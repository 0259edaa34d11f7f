/** The feed over a real database; the relay is a list of receipts that answers by cursor, and a line that fails. */
import 'fake-indexeddb/auto';
import { describe, expect, test } from 'vitest';
import type { ChannelCode, MessageId } from '#domain/ids';
import type { Receipt } from '#domain/delivery';
import type { FeedAnswer } from '#protocol/api';
import { createMessageStore } from '#storage/message-store';
import { createOutbox } from '#storage/outbox';
import { createReceiptStore } from '#storage/receipt-store';
import type { AppDatabase } from '#storage/database';
import type { RelayClient } from '#sync/relay-client';
import { createReceiptsFeed } from '#sync/receipts-feed';
import { funnelOf } from '#tests/send/device';
import { testDatabase } from '#tests/storage/workspace';

const PAGE = 3;
const ID = 'draft-1' as MessageId;

function feedOf(receipts: readonly (Receipt & { readonly message: MessageId })[]) {
  const asked: number[] = [];
  return {
    asked,
    feed: (after: number) => {
      asked.push(after);
      const items = receipts.map((item, index) => ({ ...item, cursor: index + 1 })).slice(after, after + PAGE);
      const value: FeedAnswer = { items, cursor: items.at(-1)?.cursor ?? after };
      return Promise.resolve({ kind: 'answer', value } as const);
    },
  };
}

const accepted = (recipient: number, message = ID) => ({ message, recipient, state: 'accepted', at: 5 }) as const;
const delivered = (recipient: number, message = ID) => ({ message, recipient, state: 'delivered', at: 9 }) as const;

async function deviceOf(db: AppDatabase, recipients: number) {
  const messages = createMessageStore(db);
  const message = {
    id: ID,
    channel: 'sms' as ChannelCode,
    channelType: 'sms' as const,
    content: { kind: 'text' as const, text: 'Hello' },
    audience: { groups: [] },
    priority: 'medium' as const,
    createdAt: 1,
  };
  const block = { id: 'b', hash: '', rows: recipients, sizeBytes: 1 };
  const blocks = [block as typeof block & { id: never }];
  const funnel = funnelOf(recipients);
  const figures = { queued: recipients, unknown: 0, sent: 0, failed: 0, delivered: 0, clicked: 0 };
  await createOutbox(db).add(
    { key: ID, message, funnel, blocks },
    { ...message, state: 'sending', funnel, figures, groupNames: [], blocks },
  );
  return { messages, receipts: createReceiptStore(db) };
}

type Device = Awaited<ReturnType<typeof deviceOf>>;
const tabOf = (device: Device, relay: Pick<RelayClient, 'feed'>) =>
  createReceiptsFeed({ ...device, relay, besideReceipts: (run) => run(), onPage: () => {}, pageItems: PAGE });

describe('receipts', () => {
  test('[SYN-3] up to what the relay has just said nothing is asked, and from there on everything', async () => {
    const { db } = testDatabase();
    const device = await deviceOf(db, 2);
    const relay = feedOf([accepted(0), accepted(1)]);
    const feed = tabOf(device, relay);
    await feed.pull(2);
    const before = relay.asked.length;
    expect(before).toBeGreaterThan(0);
    expect(await feed.pull(2)).toBe('current');
    expect(relay.asked).toHaveLength(before);
    await feed.pull(1);
    expect(relay.asked).toHaveLength(before + 1);
  });

  test('[MSG-10] come in pages, and add up to the figures and the state', async () => {
    const device = await deviceOf(testDatabase().db, 4);
    const relay = feedOf([accepted(0), accepted(1), delivered(0), accepted(2), delivered(1)]);
    const tab = tabOf(device, relay);
    expect(await tab.pull()).toBe('current');
    expect(relay.asked).toEqual([0, 3]);
    expect(await device.messages.get(ID)).toMatchObject({
      state: 'sending',
      figures: { queued: 1, sent: 3, delivered: 2 },
    });
  });

  test('[MSG-10] a message is sent when each of its people has come to an end', async () => {
    const device = await deviceOf(testDatabase().db, 2);
    await tabOf(device, feedOf([accepted(0), { message: ID, recipient: 1, state: 'unknown', at: 3 }])).pull();
    expect(await device.messages.get(ID)).toMatchObject({ state: 'sent', figures: { sent: 1, unknown: 1 } });
  });

  test('[MSG-10] a later start goes on at the cursor, with what came before', async () => {
    const device = await deviceOf(testDatabase().db, 2);
    await tabOf(device, feedOf([accepted(0)])).pull();
    const relay = feedOf([accepted(0), delivered(0), accepted(1)]);
    await tabOf(device, relay).pull();
    expect(relay.asked).toEqual([1]);
    expect(await device.messages.get(ID)).toMatchObject({ figures: { sent: 2, delivered: 1, queued: 0 } });
  });

  test('[APP-1] two tabs that ask at once store each page once', async () => {
    const device = await deviceOf(testDatabase().db, 6);
    const relay = feedOf([0, 1, 2, 3, 4, 5].map((at) => accepted(at)));
    await Promise.all([tabOf(device, relay).pull(), tabOf(device, relay).pull()]);
    expect(await device.receipts.ofMessage(ID)).toHaveLength(6);
    expect(await device.messages.get(ID)).toMatchObject({ state: 'sent', figures: { sent: 6 } });
  });

  test('[MSG-10] a message of another device leaves its receipts for when it arrives', async () => {
    const device = await deviceOf(testDatabase().db, 1);
    const other = 'other-1' as MessageId;
    await tabOf(device, feedOf([accepted(0, other), accepted(0)])).pull();
    expect(await device.receipts.ofMessage(other)).toHaveLength(1);
    expect(await device.messages.get(other)).toBeUndefined();
  });

  test('[MSG-10] cut off while a page is written, the next pull starts at the same page', async () => {
    const device = await deviceOf(testDatabase().db, 4);
    const relay = feedOf([accepted(0), accepted(1), accepted(2), accepted(3)]);
    let writes = 0;
    const failing: Device = {
      ...device,
      receipts: {
        ...device.receipts,
        addFeed: (...given) => (++writes === 2 ? Promise.reject(new Error('disk')) : device.receipts.addFeed(...given)),
      },
    };
    const tab = tabOf(failing, relay);
    await expect(tab.pull()).rejects.toThrow('disk');
    expect(await device.messages.get(ID)).toMatchObject({ figures: { sent: 3, queued: 1 } });
    expect(await tab.pull()).toBe('current');
    expect(await device.messages.get(ID)).toMatchObject({ state: 'sent', figures: { sent: 4, queued: 0 } });
  });

  test('[SYN-9] without a session or a relay nothing is written, and it says why', async () => {
    const device = await deviceOf(testDatabase().db, 1);
    const signedOut = { feed: () => Promise.resolve({ kind: 'problem', problem: 'signedOut' } as const) };
    const away = { feed: () => Promise.resolve({ kind: 'unreachable' } as const) };
    expect(await tabOf(device, signedOut).pull()).toBe('signedOut');
    expect(await tabOf(device, away).pull()).toBe('unreachable');
    expect(await device.receipts.cursor()).toBe(0);
  });
});
