/** Entries of the log, pending and shared, in order of arrival. An entry that is here is never changed, only shared. */
import { nextTime } from '#log/time';
import type { Entry } from '#log/types';
import type { AppDatabase } from './database.ts';
import type { EntryDraft, EntryRow, EntryStore } from './types.ts';

export function createEntryStore(db: AppDatabase): EntryStore {
  return {
    add: (draft, nowMs, blocks = []) =>
      db.transaction('rw', db.entries, db.meta, db.blocks, async () => {
        await db.blocks.bulkPut([...blocks]);
        return addEntry(db, draft, nowMs);
      }),
    addAll: (drafts, nowMs, blocks) =>
      db.transaction('rw', db.entries, db.meta, db.blocks, async () => {
        await db.blocks.bulkPut([...blocks]);
        for (const draft of drafts) await addEntry(db, draft, nowMs);
      }),
    after: (position, limit) => db.entries.where('position').above(position).limit(limit).toArray(),
    count: () => db.entries.count(),
  };
}

/**
 * Inside a transaction over `entries` and `meta`: the time is given here, so that of two tabs that write at once each
 * gets its own. An id that is known already changes nothing.
 */
export async function addEntry(db: AppDatabase, draft: EntryDraft, nowMs: number): Promise<EntryRow> {
  const known = await db.entries.where('id').equals(draft.id).first();
  if (known) return known;
  const [clock, offsetMs] = (await db.meta.bulkGet(['clock', 'clockOffsetMs'])).map((value) => Number(value ?? 0));
  const time = nextTime(clock ?? 0, nowMs + (offsetMs ?? 0));
  const entry: Entry = { id: draft.id, device: draft.device, time, format: 1, body: draft.body };
  const row = { id: draft.id, sharing: 'pending', entry, writtenMs: nowMs, offsetMs: offsetMs ?? 0 } as const;
  const position = await db.entries.add(row);
  await db.meta.put(time, 'clock');
  return { ...row, position };
}
