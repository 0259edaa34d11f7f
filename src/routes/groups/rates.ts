/**
 * Delivery and click rate of the messages sent to a group, one after the other (GRP-6), from the figures kept on the
 * device. A message to several groups counts whole: its figures are not told apart by group. Rates as in STA-1.
 */
import type { MessageRecord } from '#app/types';
import type { GroupId } from '#domain/ids';
import { hasLeft, reportsDelivery } from '../messages/message-words.ts';

export interface RateRow {
  readonly message: MessageRecord;
  readonly sent: number;
  /** Undefined where the channel does not say: a nought would be a statement. */
  readonly delivered: number | undefined;
  readonly clicked: number | undefined;
}

export interface Rates {
  /** The newest, oldest first. */
  readonly rows: readonly RateRow[];
  /** Of all that were sent to it, also beyond the rows; `reported` of those whose channel says what was delivered. */
  readonly all: { readonly messages: number; readonly reported: number; readonly delivered: number };
}

export function ratesOf(messages: readonly MessageRecord[], group: GroupId, most: number): Rates {
  const saysClicks = new Set(messages.filter(({ figures }) => figures.clicked > 0).map(({ channel }) => channel));
  const rows = messages
    .filter((message) => hasLeft(message) && message.audience.groups.includes(group))
    .sort((one, other) => one.createdAt - other.createdAt)
    .map((message): RateRow => {
      const { sent, delivered, clicked } = message.figures;
      const isReported = reportsDelivery(message);
      return {
        ...{ message, sent, delivered: isReported ? delivered : undefined },
        clicked: isReported && saysClicks.has(message.channel) ? clicked : undefined,
      };
    });
  const reported = rows.filter(({ delivered }) => delivered !== undefined);
  const sum = (of: (row: RateRow) => number) => reported.reduce((total, row) => total + of(row), 0);
  return {
    rows: rows.slice(-most),
    all: { messages: rows.length, reported: sum(({ sent }) => sent), delivered: sum((row) => row.delivered ?? 0) },
  };
}
