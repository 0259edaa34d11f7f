/** The history of messages with their figures; what each person got stands in the receipts. */
import type { AppDatabase } from './database.ts';
import type { MessageStore } from './message-types.ts';

export function createMessageStore(db: AppDatabase): MessageStore {
  return {
    get: (id) => db.messages.get(id),
    list: () => db.messages.orderBy('createdAt').reverse().toArray(),
    async change(patch) {
      await db.messages.update(patch.id, patch);
    },
  };
}
