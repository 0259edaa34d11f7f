/**
 * The device's snapshot of the fold, in pieces of bytes that mean nothing here. Segments are written first and the head
 * last, so that a device cut off anywhere has the old snapshot or the new one. It may always be thrown away.
 */
import type { AppDatabase } from './database.ts';
import type { SnapshotStore } from './types.ts';

const HEAD = 'head';

export function createSnapshotStore(db: AppDatabase): SnapshotStore {
  return {
    epoch: () => epochOf(db),
    head: async () => (await db.snapshot.get(HEAD))?.bytes,
    segments: async (keys) => (await db.snapshot.bulkGet([...keys])).map((row) => row?.bytes),
    async addSegments(rows) {
      await db.snapshot.bulkPut([...rows]);
    },
    put: (head, segments, epoch) =>
      db.transaction('rw', db.snapshot, db.meta, async () => {
        const here = new Set(await db.snapshot.toCollection().primaryKeys());
        if ((await epochOf(db)) !== epoch || segments.some((key) => !here.has(key))) return 'outdated';
        const named = new Set([HEAD, ...segments]);
        await db.snapshot.bulkDelete([...here].filter((key) => !named.has(key)));
        await db.snapshot.put({ key: HEAD, bytes: head });
        return 'put';
      }),
    drop: () => db.snapshot.clear(),
  };
}

/**
 * Inside a transaction over `snapshot` and `meta`: whatever changes what folded entries mean calls it there, so that no
 * snapshot outlives its entries; one that is being written finds another epoch.
 */
export async function invalidateSnapshot(db: AppDatabase): Promise<void> {
  await db.snapshot.clear();
  await db.meta.put((await epochOf(db)) + 1, 'snapshotEpoch');
}

const epochOf = async (db: AppDatabase): Promise<number> =>
  ((await db.meta.get('snapshotEpoch')) as number | undefined) ?? 0;
