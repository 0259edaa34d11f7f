/**
 * Entries of the log, pending and shared, in order of arrival, one by one or in packs. An entry that is here is never
 * changed, only shared, and its place never changes.
 */
import { addEntry } from './add-entry.ts';
import type { AppDatabase } from './database.ts';
import { countPacked, createPackReader, packsAfter } from './pack-rows.ts';
import type { EntryRow, EntryStore } from './types.ts';

export function createEntryStore(db: AppDatabase): EntryStore {
  const packed = createPackReader();
  return {
    add: (draft, nowMs, blocks = []) =>
      db.transaction('rw', db.entries, db.packs, db.meta, db.blocks, async () => {
        await db.blocks.bulkPut([...blocks]);
        return addEntry(db, draft, nowMs);
      }),
    addAll: (drafts, nowMs, blocks) =>
      db.transaction('rw', db.entries, db.packs, db.meta, db.blocks, async () => {
        await db.blocks.bulkPut([...blocks]);
        for (const draft of drafts) await addEntry(db, draft, nowMs);
      }),
    async after(position, limit) {
      // Both at one instant: between them an entry may move from one to the other.
      const [rows, packs] = await db.transaction('r', db.entries, db.packs, () =>
        Promise.all([
          db.entries.where('position').above(position).limit(limit).toArray(),
          packsAfter(db, position, limit),
        ]),
      );
      if (packs.length === 0) return rows;
      const all = [...rows, ...(await packed.rowsOf(packs))].filter((row) => placeOf(row) > position);
      return all.sort((one, other) => placeOf(one) - placeOf(other)).slice(0, limit);
    },
    count: () =>
      db.transaction('r', db.entries, db.packs, async () => (await db.entries.count()) + (await countPacked(db))),
  };
}

const placeOf = ({ position = 0 }: EntryRow) => position;
