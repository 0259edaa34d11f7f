import { expect, test } from 'vitest';
import type { MessageRecord } from '#app/types';
import type { GroupId } from '#domain/ids';
import { ratesOf } from '#routes/groups/rates';

const VIP = 'vip' as GroupId;
const NONE = { queued: 0, unknown: 0, sent: 0, failed: 0, delivered: 0, clicked: 0 };

const message = (
  createdAt: number,
  figures: Partial<MessageRecord['figures']>,
  change: Partial<MessageRecord> = {},
): MessageRecord =>
  ({
    ...{ id: `m${String(createdAt)}`, createdAt, channel: 'sms', channelType: 'sms', state: 'sent' },
    ...{ audience: { groups: [VIP] }, figures: { ...NONE, ...figures } },
    ...change,
  }) as MessageRecord;

test('[GRP-6] rates are of messages that went to the group and have left, oldest first; all of them make the whole', () => {
  const { rows, all } = ratesOf(
    [
      message(3, { sent: 10, delivered: 4 }),
      message(2, { sent: 30, delivered: 30 }, { state: 'sending' }),
      message(1, { sent: 60, delivered: 46 }),
      message(4, { sent: 99, delivered: 1 }, { audience: { groups: ['other' as GroupId] } }),
      message(5, {}, { state: 'waiting' }),
    ],
    VIP,
    2,
  );
  expect(rows.map(({ message: { createdAt }, sent, delivered }) => [createdAt, sent, delivered])).toEqual([
    [2, 30, 30],
    [3, 10, 4],
  ]);
  expect(all).toEqual({ messages: 3, reported: 100, delivered: 80 });
});

test('[GRP-6] what a channel does not report is unknown, not none', () => {
  const { rows, all } = ratesOf(
    [
      message(1, { sent: 10, delivered: 0 }, { channel: 'mail', channelType: 'email' } as Partial<MessageRecord>),
      message(2, { sent: 10, delivered: 5 }),
      message(3, { sent: 10, delivered: 8, clicked: 2 }, { channel: 'links' } as Partial<MessageRecord>),
      message(4, { sent: 10, delivered: 8 }, { channel: 'links' } as Partial<MessageRecord>),
    ],
    VIP,
    9,
  );
  expect(rows.map(({ delivered, clicked }) => [delivered, clicked])).toEqual([
    [undefined, undefined],
    [5, undefined],
    [8, 2],
    [8, 0],
  ]);
  expect(all).toMatchObject({ reported: 30, delivered: 21 });
});
