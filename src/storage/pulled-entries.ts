/**
 * What a relay's page brought, kept with its cursor in one strict transaction: one by one, or as the pack that it came
 * in. What is here already keeps its place, as whoever has read that far relies on.
 */
import { canonicalEntry } from '#log/entry';
import { encodeEntries } from '#log/entry-block';
import { receiveTime } from '#log/time';
import type { Entry, LogTime } from '#log/types';
import type { AppDatabase } from './database.ts';
import { noteErasures } from './erasure-store.ts';
import { pulledPack } from './pack-rows.ts';
import { rowsById } from './rows-by-id.ts';
import { invalidateSnapshot } from './snapshot-store.ts';
import type { EntryRow, SharingStore } from './types.ts';

/** Fewer are as well one by one. */
const LEAST_PACKED = 500;

export function createPulled(
  db: AppDatabase,
  leastPacked = LEAST_PACKED,
): Pick<SharingStore, 'addPulled' | 'addPulledPack'> {
  const addPulled: SharingStore['addPulled'] = (entries, next) =>
    db.transaction('rw', db.entries, db.meta, db.snapshot, async () => {
      // Another tab was faster: its page stands, and the next request goes on from there.
      if (next <= (await logCursor(db))) return 'nothing';
      const known = await findKnown(db, entries);
      const news = entries.filter(({ id }) => !known.has(id));
      const isMoved = await shareKnown(db, entries, known);
      await db.entries.bulkAdd(news.map((entry) => ({ id: entry.id, sharing: 'shared', entry })));
      return closePage(db, entries, next, { news, isMoved });
    });

  const addPulledPack: SharingStore['addPulledPack'] = async (entries, next, block) => {
    const before = await findKnown(db, entries);
    const news = entries.filter(({ id }) => !before.has(id));
    if (news.length < leastPacked) return addPulled(entries, next);
    const content = before.size === 0 && block ? block : await encodeEntries(news);
    const added = await db.transaction('rw', [db.entries, db.packs, db.meta, db.snapshot], async () => {
      if (next <= (await logCursor(db))) return 'nothing';
      const known = await findKnown(db, entries);
      // None of ours ever goes, so as many are the same.
      if (known.size !== before.size) return 'again';
      const isMoved = await shareKnown(db, entries, known);
      await db.packs.add(await pulledPack(db, news, content));
      return closePage(db, entries, next, { news, isMoved });
    });
    return added === 'again' ? addPulledPack(entries, next, block) : added;
  };

  return { addPulled, addPulledPack };
}

export const logCursor = async (db: AppDatabase): Promise<number> =>
  ((await db.meta.get('logCursor')) as number | undefined) ?? 0;

export const metaTime = async (db: AppDatabase, key: 'clock' | 'sharedClock'): Promise<LogTime> =>
  ((await db.meta.get(key)) as LogTime | undefined) ?? 0;

/** Inside a transaction over `meta`. */
export async function raiseClocks(db: AppDatabase, times: readonly LogTime[]): Promise<void> {
  const greatest = times.reduce(receiveTime, await metaTime(db, 'sharedClock'));
  await db.meta.put(greatest, 'sharedClock');
  await db.meta.put(receiveTime(await metaTime(db, 'clock'), greatest), 'clock');
}

/** Its author is the relay's word; what stood here is let go, its place in the order of arrival stays. */
export function shared({ position, id }: EntryRow, entry: Entry): EntryRow {
  return { ...(position !== undefined && { position }), id, sharing: 'shared', entry };
}

async function findKnown(db: AppDatabase, entries: readonly Entry[]): Promise<ReadonlyMap<string, EntryRow>> {
  const rows = await rowsById(
    db,
    entries.map(({ id }) => id),
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** Answers whether one was another here. */
async function shareKnown(
  db: AppDatabase,
  entries: readonly Entry[],
  known: ReadonlyMap<string, EntryRow>,
): Promise<boolean> {
  let isMoved = false;
  const rows: EntryRow[] = [];
  for (const entry of entries) {
    const row = known.get(entry.id);
    if (!row) continue;
    isMoved ||= !isSaid(row.entry, entry);
    rows.push(shared(row, entry));
  }
  await db.entries.bulkPut(rows);
  return isMoved;
}

async function closePage(
  db: AppDatabase,
  entries: readonly Entry[],
  next: number,
  { news, isMoved }: { readonly news: readonly Entry[]; readonly isMoved: boolean },
): Promise<'nothing' | 'more' | 'anew'> {
  if (isMoved || news.some(isErasure)) await invalidateSnapshot(db);
  await noteErasures(db, news.filter(isErasure));
  await raiseClocks(
    db,
    entries.map(({ time }) => time),
  );
  await db.meta.put(next, 'logCursor');
  return isMoved ? 'anew' : news.length > 0 ? 'more' : 'nothing';
}

/** The same but for the author, who is the relay's word. */
const isSaid = ({ author: _one, ...here }: Entry, { author: _other, ...there }: Entry) =>
  here.time === there.time && canonicalEntry(here) === canonicalEntry(there);

/** The person is in the snapshot's values, too. */
const isErasure = ({ body }: Entry) => body.kind === 'erasure';
