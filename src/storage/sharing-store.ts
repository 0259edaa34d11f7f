/**
 * Entries on their way to and from the relay. What changes an entry's standing and what is known of the relay stand in
 * one transaction, so that a device cut off anywhere goes on without losing or doubling.
 */
import { canonicalEntry } from '#log/entry';
import { receiveTime, msOfTime, timeFromMs } from '#log/time';
import type { BlockRef, CommitBody, Entry, EntryRefusal, LogTime } from '#log/types';
import type { DeviceId, EntryId } from '#domain/ids';
import type { AppDatabase } from './database.ts';
import { noteErasures } from './erasure-store.ts';
import { invalidateSnapshot } from './snapshot-store.ts';
import type { EntryRow, SharingStore } from './types.ts';

/** A colleague's clock may be ahead, and what was seen of it carries ours along. */
const MOST_AHEAD_MS = 60_000;

const FINAL: ReadonlySet<EntryRefusal> = new Set(['form', 'role']);

/** A request's way there and back makes an offset unsure by less; nobody sees two seconds in an order of edits. */
const LEAST_SHIFT_MS = 2_000;

export function createSharingStore(db: AppDatabase): SharingStore {
  const metaTime = async (key: 'clock' | 'sharedClock'): Promise<LogTime> =>
    ((await db.meta.get(key)) as LogTime | undefined) ?? 0;
  const bySharing = (sharing: EntryRow['sharing']) => db.entries.where('sharing').equals(sharing);
  const cursor = async () => ((await db.meta.get('logCursor')) as number | undefined) ?? 0;

  async function raiseClocks(times: readonly LogTime[]): Promise<void> {
    const shared = times.reduce(receiveTime, await metaTime('sharedClock'));
    await db.meta.put(shared, 'sharedClock');
    await db.meta.put(receiveTime(await metaTime('clock'), shared), 'clock');
  }

  return {
    pending: (limit) => bySharing('pending').limit(limit).toArray(),
    refused: () => bySharing('refused').toArray(),
    counts: async () => ({ pending: await bySharing('pending').count(), refused: await bySharing('refused').count() }),
    cursor,

    addPulled: (entries, next) =>
      db.transaction('rw', db.entries, db.meta, db.snapshot, async () => {
        // Another tab was faster: its page stands, and the next request goes on from there.
        if (next <= (await cursor())) return 'nothing';
        const known = new Map(
          (
            await db.entries
              .where('id')
              .anyOf(entries.map(({ id }) => id))
              .toArray()
          ).map((row) => [row.id, row]),
        );
        const news: Entry[] = [];
        let isMoved = false;
        for (const entry of entries) {
          const row = known.get(entry.id);
          if (!row) news.push(entry);
          else {
            isMoved ||= !isSaid(row.entry, entry);
            await db.entries.put(shared(row, entry));
          }
        }
        await db.entries.bulkAdd(news.map((entry) => ({ id: entry.id, sharing: 'shared', entry })));
        if (isMoved || news.some(isErasure)) await invalidateSnapshot(db);
        await noteErasures(db, news.filter(isErasure));
        await raiseClocks(entries.map(({ time }) => time));
        await db.meta.put(next, 'logCursor');
        return isMoved ? 'anew' : news.length > 0 ? 'more' : 'nothing';
      }),

    settle: (answers) =>
      db.transaction('rw', db.entries, db.meta, db.snapshot, async () => {
        const times: LogTime[] = [];
        for (const answer of answers) {
          const row = await db.entries.where('id').equals(answer.id).first();
          if (row?.sharing !== 'pending') continue;
          if (answer.result === 'refused') {
            if (!FINAL.has(answer.reason)) continue;
            await db.entries.put({ ...row, sharing: 'refused', refusal: answer.reason });
            await invalidateSnapshot(db);
          } else {
            await db.entries.put(shared(row, row.entry));
            times.push(row.entry.time);
          }
        }
        await raiseClocks(times);
      }),

    restamp: (offsetMs, nowMs) =>
      db.transaction('rw', db.entries, db.meta, db.snapshot, async () => {
        await db.meta.put(offsetMs, 'clockOffsetMs');
        const isAhead = ({ entry }: EntryRow) => msOfTime(entry.time) >= nowMs + MOST_AHEAD_MS;
        // What was shared before, or written on another device, has its time by another clock than this one.
        const rows = (await bySharing('pending').toArray()).filter((row) => row.offsetMs !== undefined || isAhead(row));
        const isSound = rows.every(
          (row) => Math.abs(offsetMs - (row.offsetMs ?? offsetMs)) < LEAST_SHIFT_MS && !isAhead(row),
        );
        if (isSound) return 'asBefore';
        let time = await metaTime('sharedClock');
        for (const row of rows) {
          const correctedMs = Math.min(nowMs, (row.writtenMs ?? msOfTime(row.entry.time)) + offsetMs);
          const corrected = timeFromMs(Math.max(0, correctedMs));
          time = Math.max(time + 1, corrected);
          await db.entries.put({ ...row, offsetMs, entry: { ...row.entry, time } });
        }
        await db.meta.put(time, 'clock');
        await invalidateSnapshot(db);
        return 'restamped';
      }),

    meetRelay: (incarnation, device) =>
      db.transaction('rw', db.entries, db.meta, db.snapshot, async () => {
        const known = await db.meta.get('incarnation');
        if (known === incarnation) return 'known';
        await db.meta.put(incarnation, 'incarnation');
        await db.meta.put(0, 'logCursor');
        if (known === undefined) return 'other';
        await invalidateSnapshot(db);
        // Put back from a backup, it may lack what it had acknowledged: whatever it has, it will say that it knows.
        const former = ((await db.meta.get('formerDevices')) as DeviceId[] | undefined) ?? [];
        let isMoved = false;
        await bySharing('shared')
          .filter(({ entry }) => entry.device === device || former.includes(entry.device))
          .modify((row: EntryRow) => {
            isMoved ||= row.entry.device !== device;
            Object.assign(row, { sharing: 'pending', entry: { ...row.entry, device } });
          });
        return isMoved ? 'moved' : 'other';
      }),

    async naming(blocks) {
      const ids: EntryId[] = [];
      await bySharing('shared').each(({ id, entry }) => {
        const refs = (entry.body as Partial<CommitBody>).blocks ?? [];
        if (refs.some((ref) => blocks.has(ref.id))) ids.push(id);
      });
      return ids;
    },

    replaceShared: (entries) =>
      db.transaction('rw', db.entries, db.meta, db.snapshot, async () => {
        for (const entry of entries) {
          const row = await db.entries.where('id').equals(entry.id).first();
          if (row?.sharing === 'shared') await db.entries.put(shared(row, entry));
        }
        await invalidateSnapshot(db);
      }),

    async missingBlocks() {
      const naming: { readonly entry: Entry; readonly blocks: readonly BlockRef[] }[] = [];
      // All at once: a cursor takes a turn of the event loop for each of thousands, at every round.
      for (const { entry } of await bySharing('shared').toArray()) {
        const refs = (entry.body as Partial<CommitBody>).blocks ?? [];
        if (refs.length > 0) naming.push({ entry, blocks: refs });
      }
      const ids = naming.flatMap(({ blocks }) => blocks.map(({ id }) => id));
      const here = new Set(await db.blocks.where('id').anyOf(ids).primaryKeys());
      return naming
        .sort((one, other) => other.entry.time - one.entry.time)
        .map(({ entry, blocks }) => ({ entry: entry.id, blocks: blocks.filter(({ id }) => !here.has(id)) }))
        .filter(({ blocks }) => blocks.length > 0);
    },
  };
}

/** The person is in the snapshot's values, too. */
const isErasure = ({ body }: Entry) => body.kind === 'erasure';

/** The same but for the author, who is the relay's word. */
const isSaid = ({ author: _one, ...here }: Entry, { author: _other, ...there }: Entry) =>
  here.time === there.time && canonicalEntry(here) === canonicalEntry(there);

/** Its author is the relay's word; what stood here is let go, its place in the order of arrival stays. */
function shared({ position, id }: EntryRow, entry: Entry): EntryRow {
  return { ...(position !== undefined && { position }), id, sharing: 'shared', entry };
}
