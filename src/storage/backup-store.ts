/**
 * A workspace's tables as a backup takes them and gives them back. Taking reads a page at a time, up to where the log
 * stood when it began. Giving back adds what is missing and changes nothing that stands, each call one transaction:
 * cut off anywhere, it is done again from the start.
 */
import { receiveTime } from '#log/time';
import type { DeviceId } from '#domain/ids';
import type { AppDatabase } from './database.ts';
import { noteErasures } from './erasure-store.ts';
import { openPack } from './pack-rows.ts';
import { withoutPacks } from './pack-store.ts';
import { invalidateSnapshot } from './snapshot-store.ts';
import type { BackupStore } from './backup-types.ts';
import type { EntryRow, MetaValues } from './types.ts';

const VALUES = [
  'clock',
  'sharedClock',
  'logCursor',
  'incarnation',
  'logSeen',
  'feedCursor',
  'country',
  'draft',
  'formerDevices',
] as const;

export function createBackupStore(db: AppDatabase): BackupStore {
  return {
    begin: () =>
      db.transaction('r', [db.entries, db.packs, db.imports, db.messages, db.outbox, db.meta], async () => {
        const read = await db.meta.bulkGet([...VALUES]);
        return {
          position: await lastPlace(db),
          values: Object.fromEntries(VALUES.flatMap((key, at) => (read[at] === undefined ? [] : [[key, read[at]]]))),
          imports: (await db.imports.toArray()).filter(({ phase }) => phase === 'written'),
          messages: await db.messages.toArray(),
          outbox: await db.outbox.orderBy('position').toArray(),
        };
      }),

    receiptsAfter: (after, limit) =>
      (after
        ? db.receipts.where('[message+lastCursor]').above([after.message, after.lastCursor])
        : db.receipts.toCollection()
      )
        .limit(limit)
        .toArray(),

    async erasures() {
      const found: EntryRow[] = [];
      for (const last of await db.packs.toCollection().primaryKeys()) {
        const pack = await db.packs.get(last);
        if (pack) found.push(...(await openPack(pack)).filter(isErasure));
      }
      return [...found, ...(await db.entries.filter(isErasure).toArray())];
    },

    addEntries: (rows, device, erasures) =>
      withoutPacks(db, 'all', async () => {
        const ids = rows.map(({ id }) => id);
        const known = new Set((await db.entries.where('id').anyOf(ids).toArray()).map(({ id }) => id));
        const missing = rows.filter(({ id }) => !known.has(id));
        await db.entries.bulkAdd(missing.map((row) => restored(row, device)));
        if (missing.length > 0) await noteErasures(db, [...erasures, ...rows.filter(isErasure)].map(entryOf));
        if (missing.some(isErasure)) await invalidateSnapshot(db);
        return missing.length;
      }),

    addRows: ({ imports = [], chunks = [], messages = [], receipts = [], outbox = [] }) =>
      db.transaction('rw', db.imports, db.chunks, db.messages, db.receipts, db.outbox, async () => {
        for (const row of imports) if (!(await db.imports.get(row.id))) await db.imports.add(row);
        for (const row of chunks) if (!(await db.chunks.get([row.importId, row.index]))) await db.chunks.add(row);
        for (const row of outbox) {
          // What stands among the messages here has left, or waits already.
          if (await db.messages.get(row.key)) continue;
          if ((await db.outbox.where('key').equals(row.key).count()) > 0) continue;
          const { position: _position, confirmedAt: _confirmedAt, ...waiting } = row;
          await db.outbox.add(waiting);
        }
        for (const row of messages) if (!(await db.messages.get(row.id))) await db.messages.add(row);
        for (const row of receipts)
          if (!(await db.receipts.get([row.message, row.lastCursor]))) await db.receipts.add(row);
      }),

    addValues: (values, device) =>
      db.transaction('rw', db.meta, async () => {
        const metaOf = async <Key extends keyof MetaValues>(key: Key) =>
          (await db.meta.get(key)) as MetaValues[Key] | undefined;
        for (const key of ['clock', 'sharedClock'] as const)
          await db.meta.put(receiveTime((await metaOf(key)) ?? 0, values[key] ?? 0), key);
        const former = new Set([...((await metaOf('formerDevices')) ?? []), ...(values.formerDevices ?? [])]);
        former.delete(device);
        await db.meta.put([...former], 'formerDevices');
        // How far the relay's store was read is of one piece with which store it was.
        const isKnown = (await metaOf('incarnation')) !== undefined;
        for (const key of ['incarnation', 'logCursor', 'logSeen', 'feedCursor'] as const)
          if (!isKnown && values[key] !== undefined) await db.meta.put(values[key], key);
        for (const key of ['country', 'draft'] as const)
          if (values[key] !== undefined && (await metaOf(key)) === undefined) await db.meta.put(values[key], key);
      }),
  };
}

const isErasure = ({ entry }: EntryRow) => entry.body.kind === 'erasure';
const entryOf = ({ entry }: EntryRow) => entry;

async function lastPlace(db: AppDatabase): Promise<number> {
  const [row] = await db.entries.orderBy('position').reverse().limit(1).primaryKeys();
  const [pack] = await db.packs.orderBy('last').reverse().limit(1).primaryKeys();
  return Math.max(row ?? 0, pack ?? 0);
}

/** What is pending was never shared under the old device's name; its time is by another clock than this one's. */
function restored({ position: _position, id, sharing, entry, refusal, unseen }: EntryRow, device: DeviceId): EntryRow {
  return {
    ...{ id, sharing, entry: sharing === 'pending' ? { ...entry, device } : entry },
    ...(refusal && { refusal }),
    ...(unseen && { unseen }),
  };
}
