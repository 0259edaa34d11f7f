/** Channels as of the last visit to the relay, for reading offline. The relay's rows are the truth. */
import type { AppDatabase } from './database.ts';
import type { ChannelCache } from './types.ts';

export function createChannelCache(db: AppDatabase): ChannelCache {
  return {
    list: () => db.channels.toArray(),
    replace: (channels) =>
      db.transaction('rw', db.channels, async () => {
        await db.channels.clear();
        await db.channels.bulkAdd([...channels]);
      }),
    async put(channel) {
      await db.channels.put(channel);
    },
    remove: (code) => db.channels.delete(code),
  };
}
