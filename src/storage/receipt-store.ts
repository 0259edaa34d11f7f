/** Receipts as they came, page by page, with the cursor of the relay's feed. Which state they add up to is not decided here. */
import { Dexie } from 'dexie';
import type { Receipt } from '#domain/delivery';
import type { MessageId } from '#domain/ids';
import type { AppDatabase } from './database.ts';
import type { ReceiptStore } from './message-types.ts';

export function createReceiptStore(db: AppDatabase): ReceiptStore {
  const pagesOf = (id: MessageId) =>
    db.receipts.where('[message+lastCursor]').between([id, Dexie.minKey], [id, Dexie.maxKey]);

  return {
    cursor: async () => ((await db.meta.get('feedCursor')) as number | undefined) ?? 0,
    addFeed: (pages, cursor, messages) =>
      db.transaction('rw', db.receipts, db.messages, db.meta, async () => {
        await db.receipts.bulkPut([...pages]);
        for (const patch of messages) await db.messages.update(patch.id, patch);
        await db.meta.put(cursor, 'feedCursor');
      }),
    ofMessage: async (id) => (await pagesOf(id).toArray()).flatMap((page) => page.receipts),
    async ofRecipients(id, recipients) {
      const found: Receipt[] = [];
      // Page by page: a large message has more receipts than are to lie in memory for one person.
      await pagesOf(id).each((page) => {
        for (const receipt of page.receipts) if (recipients.has(receipt.recipient)) found.push(receipt);
      });
      return found;
    },
  };
}
