/** Single values of a workspace, by name. */
import type { AppDatabase } from './database.ts';
import type { MetaStore, MetaValues } from './types.ts';

export function createMetaStore(db: AppDatabase): MetaStore {
  return {
    get: async <Key extends keyof MetaValues>(key: Key) => (await db.meta.get(key)) as MetaValues[Key] | undefined,
    async set(key, value) {
      await db.meta.put(value, key);
    },
  };
}
