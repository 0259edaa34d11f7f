/** The stores of one workspace that the page itself uses; log and blocks' writing are the audience worker's. */
import type { WorkspaceId } from '#domain/ids';
import { createBlockStore } from '#storage/block-store';
import { createChannelCache } from '#storage/channel-cache';
import { createDatabase } from '#storage/database';
import { createMessageStore } from '#storage/message-store';
import { createMetaStore } from '#storage/meta-store';
import { createOutbox } from '#storage/outbox';
import { createReceiptStore } from '#storage/receipt-store';
import { later, lazily } from './lazily.ts';

export type Stores = ReturnType<typeof createStores>;

export function createStores(workspace: WorkspaceId, onNewer: () => void) {
  const db = createDatabase(workspace, 'strict', onNewer);
  return {
    blocks: createBlockStore(db),
    channels: createChannelCache(db),
    imports: later(async () => (await import('#storage/import-store')).createImportStore(db)),
    log: lazily(async () => (await import('./log-stores.ts')).createLogStores(db)),
    messages: createMessageStore(db),
    meta: createMetaStore(db),
    outbox: createOutbox(db),
    receipts: createReceiptStore(db),
    close: () => {
      db.close();
    },
  };
}
