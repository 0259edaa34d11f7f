/**
 * Entries of the log, pending and shared, in order of arrival, one by one or in packs. An entry that is here is never
 * changed, only shared, and its place never changes.
 */
import { nextTime } from '#log/time';
import type { Entry } from '#log/types';
import type { AppDatabase } from './database.ts';
import { countPacked, createPackReader, findNamed, packsAfter } from './pack-rows.ts';
import type { EntryDraft, EntryRow, EntryStore } from './types.ts';

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

/**
 * Inside a transaction over `entries`, `packs` and `meta`: the time is given here, so that of two tabs that write at once each
 * gets its own. An id that is known already changes nothing.
 */
export async function addEntry(db: AppDatabase, draft: EntryDraft, nowMs: number): Promise<EntryRow> {
  const known = await db.entries.where('id').equals(draft.id).first();
  const standing = known ?? (await findNamed(db, draft.id));
  if (standing) return standing;
  const [clock, offsetMs] = (await db.meta.bulkGet(['clock', 'clockOffsetMs'])).map((value) => Number(value ?? 0));
  const time = nextTime(clock ?? 0, nowMs + (offsetMs ?? 0));
  const entry: Entry = { id: draft.id, device: draft.device, time, format: 1, body: draft.body };
  const row = { id: draft.id, sharing: 'pending', entry, writtenMs: nowMs, offsetMs: offsetMs ?? 0 } as const;
  const position = await db.entries.add(row);
  await db.meta.put(time, 'clock');
  return { ...row, position };
}
