/**
 * Pulls receipts from the relay page by page, by cursor, and writes each page with its cursor and what it makes of the
 * messages in one transaction. Cut off anywhere, or in two tabs at once, nothing is lost and nothing counts twice.
 */
import type { MessageId } from '#domain/ids';
import type { FeedAnswer } from '#protocol/api';
import { FEED_PAGE } from '#protocol/constants';
import type { MessagePatch, MessageStore, ReceiptPage, ReceiptStore } from '#storage/message-types';
import { createDeliveryFold, type DeliveryFold } from './delivery-fold.ts';
import type { RelayClient } from './relay-client.ts';

export interface FeedDeps {
  readonly relay: Pick<RelayClient, 'feed'>;
  readonly receipts: ReceiptStore;
  readonly messages: Pick<MessageStore, 'get'>;
  /** Held by one tab at a time, and by whoever settles a message. */
  readonly besideReceipts: <Value>(run: () => Promise<Value>) => Promise<Value>;
  readonly onPage: (messages: readonly MessageId[]) => void;
  /** Items of a full page: a shorter one is the last. */
  readonly pageItems?: number;
}

export type Pull = 'current' | 'signedOut' | 'unreachable' | 'busy';

export type ReceiptsFeed = ReturnType<typeof createReceiptsFeed>;

/** Folds kept in memory, so that a page costs what is in it and not what came before; a few messages end at a time. */
const KEPT_FOLDS = 8;

export function createReceiptsFeed(deps: FeedDeps) {
  const { pageItems = FEED_PAGE } = deps;
  const folds = new Map<MessageId, DeliveryFold>();
  let foldedUpTo = -1;

  /** `newest`: of the relay, where it has just said so. */
  async function pull(newest?: number): Promise<Pull> {
    for (;;) {
      const after = await deps.receipts.cursor();
      if (after === newest) return 'current';
      const answer = await deps.relay.feed(after);
      if (answer.kind === 'problem') return answer.problem === 'signedOut' ? 'signedOut' : 'busy';
      if (answer.kind !== 'answer') return 'unreachable';
      if (answer.value.cursor <= after) return 'current';
      await deps.besideReceipts(() => storePage(after, answer.value));
      if (answer.value.items.length < pageItems) return 'current';
    }
  }

  async function storePage(after: number, { items, cursor }: FeedAnswer): Promise<void> {
    // Another tab was faster: its page counts, and the next request goes on from there.
    if ((await deps.receipts.cursor()) !== after) return;
    if (foldedUpTo !== after) folds.clear();

    const pages: ReceiptPage[] = [];
    const patches: MessagePatch[] = [];
    for (const [message, receipts] of byMessage(items)) {
      pages.push({ message, lastCursor: receipts.at(-1)?.cursor ?? cursor, receipts: receipts.map(withoutFeed) });
      const patch = await foldInto(message, receipts);
      if (patch) patches.push(patch);
    }
    try {
      await deps.receipts.addFeed(pages, cursor, patches);
      foldedUpTo = cursor;
    } catch (error) {
      // The folds are ahead of the disk now.
      folds.clear();
      throw error;
    }
    deps.onPage(pages.map((page) => page.message));
  }

  /** A message that another device sent has no row here; its receipts are kept for when it arrives. */
  async function foldInto(id: MessageId, receipts: FeedAnswer['items']): Promise<MessagePatch | undefined> {
    const row = await deps.messages.get(id);
    if (!row) return undefined;
    let fold = folds.get(id);
    if (!fold) {
      fold = createDeliveryFold(row.blocks.reduce((sum, block) => sum + block.rows, 0));
      fold.add(await deps.receipts.ofMessage(id));
    }
    fold.add(receipts);
    folds.delete(id);
    folds.set(id, fold);
    const [oldest] = folds.keys();
    if (folds.size > KEPT_FOLDS && oldest !== undefined) folds.delete(oldest);
    return { id, figures: fold.figures(), state: fold.ended() ? 'sent' : 'sending' };
  }

  return { pull };
}

function byMessage(items: FeedAnswer['items']): Map<MessageId, FeedAnswer['items'][number][]> {
  const groups = new Map<MessageId, FeedAnswer['items'][number][]>();
  for (const item of items) {
    const group = groups.get(item.message);
    if (group) group.push(item);
    else groups.set(item.message, [item]);
  }
  return groups;
}

function withoutFeed({ cursor: _cursor, message: _message, ...receipt }: FeedAnswer['items'][number]) {
  return receipt;
}
