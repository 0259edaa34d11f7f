/** The stores of one workspace that the page itself uses; log and blocks' writing are the audience worker's. */
import type { WorkspaceId } from '#domain/ids';
import { createBlockStore } from '#storage/block-store';
import { createChannelCache } from '#storage/channel-cache';
import { createDatabase } from '#storage/database';
import { createErasureStore } from '#storage/erasure-store';
import { createImportStore } from '#storage/import-store';
import { createMessageStore } from '#storage/message-store';
import { createMetaStore } from '#storage/meta-store';
import { createOutbox } from '#storage/outbox';
import { createPackStore } from '#storage/pack-store';
import { createReceiptStore } from '#storage/receipt-store';
import { createSharingStore } from '#storage/sharing-store';

export type Stores = ReturnType<typeof createStores>;

export function createStores(workspace: WorkspaceId) {
  const db = createDatabase(workspace);
  return {
    blocks: createBlockStore(db),
    channels: createChannelCache(db),
    erasures: createErasureStore(db),
    imports: createImportStore(db),
    messages: createMessageStore(db),
    meta: createMetaStore(db),
    outbox: createOutbox(db),
    packs: createPackStore(db),
    receipts: createReceiptStore(db),
    sharing: createSharingStore(db),
    close: () => {
      db.close();
    },
  };
}
