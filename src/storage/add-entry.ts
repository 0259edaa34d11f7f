/** Adds one entry of this device to the log, with its time. What reads entries is elsewhere, and what packs are made of. */
import { Dexie } from 'dexie';
import type { EntryId } from '#domain/ids';
import { nextTime } from '#log/time';
import type { Entry } from '#log/types';
import type { AppDatabase } from './database.ts';
import type { EntryDraft, EntryRow } from './types.ts';

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

/** An entry whose id was derived a second time, after it was packed: so seldom that the code for it is loaded then. */
async function findNamed(db: AppDatabase, id: EntryId): Promise<EntryRow | undefined> {
  const pack = await db.packs.where('named').equals(id).first();
  if (!pack) return undefined;
  const open = async () => (await import('./pack-rows.ts')).openPack(pack);
  return (await Dexie.waitFor(open())).find((row) => row.id === id);
}
