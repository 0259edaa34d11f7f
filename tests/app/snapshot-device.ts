/** The log of a device with its snapshot, as the audience worker has them, over a database that outlives them. */
import { createAudienceLog, type AudienceLog } from '#app/audience-log';
import type { TextsHelper } from '#app/texts-helper';
import { createAudienceSnapshot, type AudienceSnapshot } from '#app/audience-snapshot';
import { encodeRows } from '#log/block';
import { createFold, type Fold } from '#log/fold';
import type { DeviceId, EntryId } from '#domain/ids';
import type { CommitBody, EntryBody, RowColumns } from '#log/types';
import { createBlockStore } from '#storage/block-store';
import type { AppDatabase } from '#storage/database';
import { createEntryStore } from '#storage/entry-store';
import { createSnapshotStore } from '#storage/snapshot-store';
import type { SnapshotStore } from '#storage/types';
import { ids, SALT } from '#tests/builders/entries';

export interface SnapshotDevice {
  readonly fold: Fold;
  readonly log: AudienceLog;
  readonly snapshot: AudienceSnapshot;
  /** Of the last entry that was folded from the snapshot; 0 where all was folded from nothing. */
  readonly openedAt: number;
}

let made = 0;

/** Opened: all that lies on the disk is folded. */
export async function openDevice(
  db: AppDatabase,
  change: Partial<SnapshotStore> = {},
  startHelper?: () => Promise<TextsHelper | undefined>,
): Promise<SnapshotDevice> {
  const fold = createFold(SALT);
  const pause = () => new Promise<void>((resolve) => setImmediate(resolve));
  const stores = {
    entries: createEntryStore(db),
    blocks: createBlockStore(db),
    snapshots: { ...createSnapshotStore(db), ...change },
  };
  const newId = () => `segment-${String((made += 1))}`;
  const snapshot = createAudienceSnapshot({ ...stores, fold, ids, pause, newId, ...(startHelper && { startHelper }) });
  const log = createAudienceLog({ ...stores, fold, snapshot, pause });
  await log.catchUp();
  return { fold, log, snapshot, openedAt: snapshot.saved().position };
}

export async function addEntry(db: AppDatabase, body: EntryBody): Promise<EntryId> {
  const id = `entry-${String((made += 1))}` as EntryId;
  await createEntryStore(db).add({ id, device: 'device' as DeviceId, body }, 1_790_000_000_000);
  return id;
}

/** An import, with its blocks. */
export async function addImport(
  db: AppDatabase,
  rows: readonly RowColumns[],
  more: Partial<CommitBody> = {},
): Promise<EntryId> {
  const blocks = [];
  for (const columns of rows) {
    const { bytes, ...ref } = await encodeRows(columns);
    const id = `block-${String((made += 1))}` as CommitBody['blocks'][number]['id'];
    await createBlockStore(db).add([{ id, hash: ref.hash, bytes }]);
    blocks.push({ id, ...ref });
  }
  return addEntry(db, {
    kind: 'commit',
    source: 'import',
    weight: 'strong',
    ...{ blocks, joins: [], leaves: [], newGroups: [] },
    ...more,
  });
}
