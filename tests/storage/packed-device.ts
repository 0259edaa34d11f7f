/** A device's log with little packs, and a database that dies after so many transactions, as a killed tab does. */
import type { DeviceId, EntryId } from '#domain/ids';
import { timeFromMs } from '#log/time';
import type { Entry } from '#log/types';
import type { AppDatabase } from '#storage/database';
import { createEntryStore } from '#storage/entry-store';
import { createPackStore } from '#storage/pack-store';
import { createSharingStore } from '#storage/sharing-store';
import type { EntryRow } from '#storage/types';
import { changeDraft } from '#tests/builders/entry-drafts';

export const LITTLE = { above: 10, keep: 5, least: 5, most: 20 };
export const NOW = 1_800_000_000_000;

export function packedDevice(db: AppDatabase, leastPacked?: number) {
  const [entries, sharing, packs] = [createEntryStore(db), createSharingStore(db, leastPacked), createPackStore(db)];
  const device = {
    entries,
    sharing,
    packs,
    async write(ids: readonly string[], nowMs = NOW): Promise<void> {
      for (const id of ids) await entries.add(changeDraft(id), nowMs);
    },
    async packAll(limits = LITTLE): Promise<number> {
      let packed = 0;
      while ((await packs.packOld(limits)) === 'packed') packed += 1;
      return packed;
    },
    /** Read in small pages, as nobody does, so that pages begin and end within packs. */
    async all(page = 7): Promise<EntryRow[]> {
      const all: EntryRow[] = [];
      for (;;) {
        const rows = await entries.after(all.at(-1)?.position ?? 0, page);
        all.push(...rows);
        if (rows.length < page) return all;
      }
    },
    ids: async () => (await device.all()).map(({ id }) => id as string),
  };
  return device;
}

/** As the relay has it. */
export const sharedEntry = (id: string, ms = NOW, device = 'colleague'): Entry => {
  const draft = changeDraft(id, device);
  return { ...draft, id: id as EntryId, device: device as DeviceId, time: timeFromMs(ms), format: 1, author: 'member' };
};

/** Its writing transactions fail, all after so many: nothing of them is kept, as when the tab is gone. */
export function dyingAfter(db: AppDatabase, survived: number) {
  let left = survived;
  const transaction = db.transaction.bind(db) as (...input: unknown[]) => Promise<unknown>;
  Object.assign(db, {
    transaction(...input: unknown[]) {
      if (input[0] !== 'rw') return transaction(...input);
      const run = input.pop() as () => Promise<unknown>;
      return transaction(...input, async () => {
        const result = await run();
        if ((left -= 1) < 0) throw new Error('killed');
        return result;
      });
    },
  });
  return { end: () => Object.assign(db, { transaction }) };
}
