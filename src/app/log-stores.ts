/** The stores by which the page carries the log: what is shared, packed and let go of. Loaded after the first rows. */
import type { AppDatabase } from '#storage/database';
import { createErasureStore } from '#storage/erasure-store';
import { createPackStore } from '#storage/pack-store';
import { createSharingStore } from '#storage/sharing-store';

export type LogStores = ReturnType<typeof createLogStores>;

export function createLogStores(db: AppDatabase) {
  return {
    erasures: createErasureStore(db),
    packs: createPackStore(db),
    sharing: createSharingStore(db),
  };
}
