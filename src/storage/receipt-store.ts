/** Receipts as they came, page by page, with the cursor of the relay's feed. Which state they add up to is not decided here. */
import { Dexie } from 'dexie';
import type { AppDatabase } from './database.ts';
import type { ReceiptStore } from './message-types.ts';

export function createReceiptStore(db: AppDatabase): ReceiptStore {
  return {
    cursor: async () => ((await db.meta.get('feedCursor')) as number | undefined) ?? 0,
    addFeed: (pages, cursor, messages) =>
      db.transaction('rw', db.receipts, db.messages, db.meta, async () => {
        await db.receipts.bulkPut([...pages]);
        for (const patch of messages) await db.messages.update(patch.id, patch);
        await db.meta.put(cursor, 'feedCursor');
      }),
    async ofMessage(id) {
      const pages = await db.receipts
        .where('[message+lastCursor]')
        .between([id, Dexie.minKey], [id, Dexie.maxKey])
        .toArray();
      return pages.flatMap((page) => page.receipts);
    },
  };
}
