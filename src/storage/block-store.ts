/** Blocks by their id, as the bytes they are: immutable, read whole, never searched. */
import type { AppDatabase } from './database.ts';
import type { BlockStore } from './types.ts';

export function createBlockStore(db: AppDatabase): BlockStore {
  return {
    async add(rows) {
      await db.blocks.bulkPut([...rows]);
    },
    get: (ids) => db.blocks.bulkGet([...ids]),
    async present(ids) {
      return new Set(
        await db.blocks
          .where('id')
          .anyOf([...ids])
          .primaryKeys(),
      );
    },
    remove: (ids) => db.blocks.bulkDelete([...ids]),
  };
}
