/**
 * Entries on their way to and from the relay. What changes an entry's standing and what is known of the relay stand in
 * one transaction, so that a device cut off anywhere goes on without losing or doubling.
 */
import type { DeviceId, EntryId } from '#domain/ids';
import { msOfTime, timeFromMs } from '#log/time';
import type { Entry, EntryRefusal } from '#log/types';
import type { AppDatabase } from './database.ts';
import { noteErasures } from './erasure-store.ts';
import { createMissingBlocks } from './missing-blocks.ts';
import { namingOf } from './naming.ts';
import { countPacked, createPackReader, packsAfter } from './pack-rows.ts';
import { withoutPacks } from './pack-store.ts';
import { createPulled, logCursor, metaTime, raiseClocks, shared } from './pulled-entries.ts';
import { rowsById } from './rows-by-id.ts';
import { invalidateSnapshot } from './snapshot-store.ts';
import type { EntryRow, MetaValues, SharingStore } from './types.ts';

/** A colleague's clock may be ahead, and what was seen of it carries ours along. */
const MOST_AHEAD_MS = 60_000;

const FINAL: ReadonlySet<EntryRefusal> = new Set(['form', 'role']);

/** A request's way there and back makes an offset unsure by less; nobody sees two seconds in an order of edits. */
const LEAST_SHIFT_MS = 2_000;

/** `leastPacked`: how many new entries of a pulled pack are worth one. */
export function createSharingStore(db: AppDatabase, leastPacked?: number): SharingStore {
  const bySharing = (sharing: EntryRow['sharing']) => db.entries.where('sharing').equals(sharing);
  const packed = createPackReader();

  return {
    async pending(limit) {
      const [packs, rows] = await db.transaction('r', db.entries, db.packs, () =>
        Promise.all([packsAfter(db, 0, limit), bySharing('pending').limit(limit).toArray()]),
      );
      // Only where no relay has been met: at the first meeting they are unpacked before anything is pushed.
      const waiting = packs.filter(({ sharing }) => sharing === 'pending');
      return waiting.length === 0 ? rows : [...(await packed.rowsOf(waiting)), ...rows].slice(0, limit);
    },
    refused: () => bySharing('refused').toArray(),
    counts: () =>
      db.transaction('r', db.entries, db.packs, async () => ({
        pending: (await bySharing('pending').count()) + (await countPacked(db, 'pending')),
        refused: await bySharing('refused').count(),
      })),
    cursor: () => logCursor(db),

    async seen() {
      const [incarnation, place] = await readSeen(db);
      return incarnation === undefined || place === undefined ? undefined : { ...place, incarnation };
    },

    see: ({ incarnation, ...place }) =>
      db.transaction('rw', db.meta, async () => {
        const [known, furthest] = await readSeen(db);
        if (known !== incarnation || (furthest?.position ?? 0) >= place.position) return;
        await db.meta.put(place, 'logSeen');
      }),

    ...createPulled(db, leastPacked),

    settle: (answers) =>
      db.transaction('rw', db.entries, db.meta, db.snapshot, async () => {
        const named = answers.map(({ id }) => id as EntryId);
        const byId = new Map((await rowsById(db, named)).map((row) => [row.id, row]));
        const settled: EntryRow[] = [];
        for (const answer of answers) {
          const row = byId.get(answer.id as EntryId);
          if (row?.sharing !== 'pending') continue;
          if (answer.result !== 'refused') settled.push({ ...shared(row, row.entry), unseen: true });
          else if (FINAL.has(answer.reason)) settled.push({ ...row, sharing: 'refused', refusal: answer.reason });
        }
        if (settled.some(({ sharing }) => sharing === 'refused')) await invalidateSnapshot(db);
        await db.entries.bulkPut(settled);
        const taken = settled.filter(({ sharing }) => sharing === 'shared');
        await raiseClocks(
          db,
          taken.map(({ entry }) => entry.time),
        );
      }),

    restamp: (offsetMs, nowMs) =>
      withoutPacks(db, 'pending', async () => {
        await db.meta.put(offsetMs, 'clockOffsetMs');
        const isAhead = ({ entry }: EntryRow) => msOfTime(entry.time) >= nowMs + MOST_AHEAD_MS;
        // What was shared before, or written on another device, has its time by another clock than this one.
        const rows = (await bySharing('pending').toArray()).filter((row) => row.offsetMs !== undefined || isAhead(row));
        const isSound = rows.every(
          (row) => Math.abs(offsetMs - (row.offsetMs ?? offsetMs)) < LEAST_SHIFT_MS && !isAhead(row),
        );
        if (isSound) return 'asBefore';
        let time = await metaTime(db, 'sharedClock');
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

    async erasuresFor(incarnation) {
      const known = await db.meta.get('incarnation');
      if (known === undefined || known === incarnation) return [];
      return withoutPacks(db, 'all', async () => (await bySharing('shared').toArray()).map(entryOf).filter(isErasure));
    },

    async meetRelay(incarnation, device) {
      if ((await db.meta.get('incarnation')) === incarnation) return 'known';
      // All of it is pulled anew: what is here is told from what is new by its id, and its id is looked for one by one.
      return withoutPacks(db, 'all', async () => {
        const known = await db.meta.get('incarnation');
        if (known === incarnation) return 'known';
        await db.meta.put(incarnation, 'incarnation');
        await db.meta.put(0, 'logCursor');
        await db.meta.delete('logSeen');
        await bySharing('shared').modify({ unseen: true });
        if (known === undefined) return 'first';
        await invalidateSnapshot(db);
        // It may give out whoever was erased since: what comes is filtered before it is shown or shared.
        await noteErasures(db, (await bySharing('shared').toArray()).map(entryOf).filter(isErasure));
        // Put back from a backup, it may lack what it had acknowledged: whatever it has, it will say that it knows.
        const former = ((await db.meta.get('formerDevices')) as DeviceId[] | undefined) ?? [];
        let isMoved = false;
        await bySharing('shared')
          .filter(({ entry }) => !isErasure(entry) && (entry.device === device || former.includes(entry.device)))
          .modify((row: EntryRow) => {
            isMoved ||= row.entry.device !== device;
            Object.assign(row, { sharing: 'pending', again: true, entry: { ...row.entry, device } });
          });
        return isMoved ? 'moved' : 'other';
      });
    },

    async stands(incarnation, cursor, lastEntry) {
      const [known, seen] = await readSeen(db);
      if (known !== incarnation || (await logCursor(db)) !== cursor) return false;
      return lastEntry === undefined || (seen?.position === cursor && seen.entry === lastEntry);
    },

    async naming(blocks) {
      // Of packs only those that lack blocks: others have all that they name.
      const packed = (await db.packs.where('waits').equals(1).toArray()).flatMap(({ naming = [] }) => naming);
      const single = (await bySharing('shared').toArray()).flatMap(({ entry }) => namingOf(entry) ?? []);
      return [...packed, ...single]
        .filter((one) => one.blocks.some(({ id }) => blocks.has(id)))
        .map(({ entry }): EntryId => entry);
    },

    replaceShared: (entries) =>
      withoutPacks(db, 'all', async () => {
        for (const entry of entries) {
          const row = await db.entries.where('id').equals(entry.id).first();
          if (row?.sharing === 'shared') await db.entries.put(shared(row, entry));
        }
        await invalidateSnapshot(db);
      }),

    missingBlocks: createMissingBlocks(db),
  };
}

const readSeen = async (db: AppDatabase) =>
  (await db.meta.bulkGet(['incarnation', 'logSeen'])) as [string | undefined, MetaValues['logSeen'] | undefined];

const entryOf = ({ entry }: EntryRow): Entry => entry;
const isErasure = ({ body }: Entry): boolean => body.kind === 'erasure';
