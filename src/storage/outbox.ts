/**
 * Messages that the relay has not acknowledged, in the order in which they were sent off. The idempotency key makes
 * sending again harmless; leaving the queue and saying who was messaged are one transaction.
 */
import { addEntry } from './add-entry.ts';
import type { AppDatabase } from './database.ts';
import type { Outbox } from './message-types.ts';

export function createOutbox(db: AppDatabase): Outbox {
  return {
    add: (row, message) =>
      db.transaction('rw', db.outbox, db.messages, async () => {
        // A message that left already is not sent again by a second tap.
        if (await db.messages.get(message.id)) return;
        await db.messages.add(message);
        await db.outbox.add(row);
      }),
    peek: () => db.outbox.orderBy('position').first(),
    get: (key) => db.outbox.where('key').equals(key).first(),
    list: () => db.outbox.orderBy('position').toArray(),
    count: () => db.outbox.count(),
    settle: (key, patch, messaged, nowMs) =>
      db.transaction('rw', [db.outbox, db.messages, db.entries, db.packs, db.meta], async () => {
        await addEntry(db, messaged, nowMs);
        await db.messages.update(patch.id, patch);
        await db.outbox.where('key').equals(key).delete();
      }),
    async change(key, patch) {
      return (await db.outbox.where('key').equals(key).modify(patch)) > 0 ? 'changed' : 'gone';
    },
    discard: (key) =>
      db.transaction('rw', db.outbox, db.messages, db.blocks, async () => {
        const row = await db.outbox.where('key').equals(key).first();
        // What left in the meantime stays in the history.
        if (row?.position === undefined) return;
        await db.blocks.bulkDelete(row.blocks.map((block) => block.id));
        await db.messages.delete(key);
        await db.outbox.delete(row.position);
      }),
    refuse: (key, patch) =>
      db.transaction('rw', db.outbox, db.messages, async () => {
        await db.messages.update(patch.id, patch);
        await db.outbox.where('key').equals(key).delete();
      }),
  };
}
