/**
 * The database of one workspace, and the names of all. Transactions are strict: "saved on this device" is a promise
 * that a power cut must not break. Nothing outside this folder knows Dexie.
 */
import { Dexie, type Table } from 'dexie';
import type { Channel } from '#domain/channel';
import type { BlockId, ChannelCode, ImportId, MessageId, WorkspaceId } from '#domain/ids';
import type { MessageRow, OutboxRow, ReceiptPage } from './message-types.ts';
import type { PackRow } from './pack-types.ts';
import type { BlockRow, ChunkRow, EntryRow, ImportRow, SnapshotRow } from './types.ts';

export type AppDatabase = Dexie & {
  readonly meta: Table<unknown, string>;
  readonly entries: Table<EntryRow, number>;
  readonly blocks: Table<BlockRow, BlockId>;
  readonly imports: Table<ImportRow, ImportId>;
  readonly chunks: Table<ChunkRow, [ImportId, number]>;
  readonly files: Table<Blob, ImportId>;
  readonly outbox: Table<OutboxRow, number>;
  readonly messages: Table<MessageRow, MessageId>;
  readonly receipts: Table<ReceiptPage, [MessageId, number]>;
  readonly channels: Table<Channel, ChannelCode>;
  readonly snapshot: Table<SnapshotRow, string>;
  readonly packs: Table<PackRow, number>;
};

const databaseName = (workspace: WorkspaceId): string => `fieldcast/${workspace}`;

/**
 * `relaxed`, for work that can be done again: whole and in order after a killed tab, but a power cut may take the last
 * second of it. The next strict transaction of the workspace carries it to the disk with itself. An import's 25 slices
 * wait 0.1 s each for a strict one, 0.01 s for a relaxed one.
 */
export type Durability = 'strict' | 'relaxed';

/**
 * Opens at the first request. Closes itself where another tab deletes or upgrades it, so that nobody waits for it;
 * `onNewer` hears of the latter: what is here cannot read it any more.
 */
export function createDatabase(
  workspace: WorkspaceId,
  durability: Durability = 'strict',
  onNewer?: () => void,
): AppDatabase {
  const db = new Dexie(databaseName(workspace), { chromeTransactionDurability: durability }) as AppDatabase;
  if (onNewer)
    db.on('versionchange', ({ newVersion }) => {
      if (newVersion !== null) onNewer();
    });
  db.version(1).stores({
    meta: '',
    entries: '++position, &id, sharing',
    blocks: 'id',
    imports: 'id',
    chunks: '[importId+index]',
    files: '',
    outbox: '++position, &key',
    messages: 'id, createdAt',
    receipts: '[message+lastCursor]',
    channels: 'code',
  });
  db.version(2).stores({
    snapshot: 'key',
    packs: 'last, first, [sharing+count], waits, *named',
  });
  return db;
}

/** Everything of this workspace leaves the database; other tabs' connections to it close. */
export async function wipeDatabase(workspace: WorkspaceId): Promise<void> {
  await Dexie.delete(databaseName(workspace));
}
