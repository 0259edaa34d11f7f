/**
 * What lies in a workspace's database of messages: those that wait to leave, those that were sent, and what came back of
 * them. Types only.
 */
import type { DeliveryFigures, Receipt } from '#domain/delivery';
import type { MessageId } from '#domain/ids';
import type { Funnel, Message, MessageState } from '#domain/message';
import type { BlockRef } from '#log/types';
import type { EntryDraft } from './types.ts';

/** A message that has not been acknowledged by the relay. */
export interface OutboxRow {
  /** Given by the store; the order of sending. */
  readonly position?: number;
  /** The idempotency key. */
  readonly key: MessageId;
  readonly message: Message;
  readonly funnel: Funnel;
  /** Recipients, in the order of the parts. */
  readonly blocks: readonly BlockRef[];
  /** `changed`: of somebody erased, who was among them; the relay may know the message by its parts as they were. */
  readonly recipients?: 'changed';
  /** `completing`: the relay was asked to take it whole and may have; only the relay can tell. Absent: it has not been. */
  readonly stage?: 'completing';
  /** When a member said again that it shall leave, after hours of waiting (MSG-7). */
  readonly confirmedAt?: number;
}

/** A message with all that this device knows of it, the outbox aside. */
export interface MessageRow extends Message {
  readonly state: MessageState;
  readonly funnel: Funnel;
  readonly figures: DeliveryFigures;
  readonly groupNames: readonly string[];
  readonly blocks: readonly BlockRef[];
  readonly sentAt?: number;
  /** The relay's word for why it failed as a whole. */
  readonly problem?: string;
}
export type MessagePatch = { readonly id: MessageId } & Partial<Omit<MessageRow, 'id'>>;

/** Receipts of one message that came in one page of the relay's feed. */
export interface ReceiptPage {
  readonly message: MessageId;
  /** Of the last receipt in it; with the message, the page's key: the same page twice is one. */
  readonly lastCursor: number;
  readonly receipts: readonly Receipt[];
}

export interface Outbox {
  /** Message and its place in the queue, in one strict transaction. A known key changes nothing. */
  readonly add: (row: OutboxRow, message: MessageRow) => Promise<void>;
  readonly peek: () => Promise<OutboxRow | undefined>;
  readonly get: (key: MessageId) => Promise<OutboxRow | undefined>;
  readonly list: () => Promise<readonly OutboxRow[]>;
  readonly count: () => Promise<number>;
  /**
   * Only after the relay's acknowledgement: takes the message out, writes its new state and the entry of who was
   * messaged, in one strict transaction. A crash before it sends again, under the same key.
   */
  readonly settle: (key: MessageId, patch: MessagePatch, messaged: EntryDraft, nowMs: number) => Promise<void>;
  readonly change: (
    key: MessageId,
    patch: Partial<Pick<OutboxRow, 'stage' | 'confirmedAt'>>,
  ) => Promise<'changed' | 'gone'>;
  /** A member took it back before it left: its place, its message and its recipients go, in one transaction. */
  readonly discard: (key: MessageId) => Promise<void>;
  /** The relay refused it for good: it leaves the queue with its reason, nobody counts as messaged. */
  readonly refuse: (key: MessageId, patch: MessagePatch) => Promise<void>;
}

export interface MessageStore {
  readonly get: (id: MessageId) => Promise<MessageRow | undefined>;
  /** Newest first. */
  readonly list: () => Promise<readonly MessageRow[]>;
  readonly change: (patch: MessagePatch) => Promise<void>;
}

export interface ReceiptStore {
  readonly cursor: () => Promise<number>;
  /** Pages, cursor and what they make of the messages, in one transaction: cut off anywhere, nothing is lost or twice. */
  readonly addFeed: (pages: readonly ReceiptPage[], cursor: number, messages: readonly MessagePatch[]) => Promise<void>;
  /** In order of arrival. */
  readonly ofMessage: (id: MessageId) => Promise<readonly Receipt[]>;
  /** As `ofMessage`, of some recipients by their positions. */
  readonly ofRecipients: (id: MessageId, recipients: ReadonlySet<number>) => Promise<readonly Receipt[]>;
}
