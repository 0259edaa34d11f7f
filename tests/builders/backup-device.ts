/** A device with a workspace in a database of its own, saved to a file and restored from one; documents in memory. */
import * as Y from 'yjs';
import type { DeviceId, WorkspaceId } from '#domain/ids';
import { createAudienceLog } from '#app/audience-log';
import { restoreBackup, type Restored, type RestoreParts } from '#app/restore-backup';
import { saveBackup } from '#app/save-backup';
import { parseContentUpdate } from '#documents/content-copy';
import { encodeRecipients, encodeRows } from '#log/block';
import { canonicalState } from '#log/canonical';
import { createFold, type Block } from '#log/fold';
import type { BlockRef, Entry } from '#log/types';
import { createBackupStore } from '#storage/backup-store';
import { createBlockStore } from '#storage/block-store';
import type { AppDatabase } from '#storage/database';
import { createEntryStore } from '#storage/entry-store';
import { createImportStore } from '#storage/import-store';
import { createMetaStore } from '#storage/meta-store';
import { createSharingStore } from '#storage/sharing-store';
import type { BlockRow, EntryRow, WorkspaceRegistry, WorkspaceRow } from '#storage/types';
import { SALT, type Written } from './entries.ts';

export const WORKSPACE: WorkspaceRow = {
  ...{ id: 'workspace-of-a-file' as WorkspaceId, name: 'Prague fair', salt: 'AAECAwQFBgcICQoLDA0ODw' },
  ...{ device: 'device-a' as DeviceId, createdAt: 1, openedAt: 2 },
};

export type BackupDevice = ReturnType<typeof backupDevice>;

export function backupDevice(db: AppDatabase, workspace: WorkspaceRow = WORKSPACE) {
  const doc = new Y.Doc();
  const stores = {
    ...{ entries: createEntryStore(db), blocks: createBlockStore(db), imports: createImportStore(db) },
    ...{ backup: createBackupStore(db), sharing: createSharingStore(db), meta: createMetaStore(db) },
  };

  const device = {
    ...stores,
    db,
    doc,
    workspace,
    /** As they lie on a device that wrote or pulled them. */
    async put(history: readonly Written[], sharing: (entry: Entry) => EntryRow['sharing']): Promise<void> {
      for (const written of history) {
        const { entry, blocks } = await onDisk(written);
        await stores.blocks.add(blocks);
        await db.entries.add({ id: entry.id, sharing: sharing(entry), entry });
      }
    },
    all: async () => (await stores.entries.after(0, 100_000)).map(({ position: _position, ...row }) => row),
    ids: async () => (await device.all()).map(({ id }) => id).sort(),
    /** What the entries here come to, folded from nothing. */
    async fold(): Promise<string> {
      const fold = createFold(SALT);
      await createAudienceLog({ ...stores, fold, pause: () => Promise.resolve() }).foldAnew();
      return canonicalState(fold);
    },
    save: (): Promise<Blob> =>
      saveBackup({
        ...{ ...stores, workspace, contacts: 7, nowMs: 1_800_000_000_000 },
        ...{ content: () => Y.encodeStateAsUpdate(doc), onProgress: () => undefined },
      }),
    restore: (file: Blob, parts: Partial<RestoreParts> = {}): Promise<Restored> =>
      restoreBackup(file, { ...restoreParts(device), ...parts }),
  };
  return device;
}

/** Into this device's database, whatever the workspace in the file is called. */
export function restoreParts(device: BackupDevice, registry: WorkspaceRegistry = memoryRegistry()): RestoreParts {
  return {
    registry,
    target: () =>
      Promise.resolve({
        backup: device.backup,
        blocks: device.blocks,
        addContent: (update) => {
          Y.applyUpdate(device.doc, update);
          return Promise.resolve();
        },
        close: () => Promise.resolve(),
      }),
    wipe: () => clear(device.db),
    parseContent: parseContentUpdate,
    newId: () => 'device-new',
    nowMs: () => 1_800_000_000_000,
    onProgress: () => undefined,
  };
}

export async function clear(db: AppDatabase): Promise<void> {
  for (const table of db.tables) await table.clear();
}

export function memoryRegistry(standing: readonly WorkspaceRow[] = []): WorkspaceRegistry {
  const listed = new Map(standing.map((row) => [row.id, row]));
  const announced = new Map<WorkspaceId, WorkspaceRow>();
  return {
    list: async () => [...listed.values()],
    begin: async (row) => row,
    async open(row) {
      announced.delete(row.id);
      listed.set(row.id, { ...row, ...listed.get(row.id) });
    },
    async change(id, patch) {
      const row = listed.get(id);
      if (row) listed.set(id, { ...row, ...patch });
    },
    async remove(id) {
      announced.delete(id);
      listed.delete(id);
    },
    async announce(row) {
      announced.set(row.id, row);
    },
    announced: async () => [...announced.values()],
  };
}

/** With blocks as bytes, and refs that name them truly. */
async function onDisk({ entry, blocks }: Written): Promise<{ entry: Entry; blocks: BlockRow[] }> {
  const refs: BlockRef[] = [];
  const rows: BlockRow[] = [];
  for (const [id, block] of blocks) {
    const { bytes, ...ref } = await encode(block);
    refs.push({ id, ...ref });
    rows.push({ id, hash: ref.hash, bytes });
  }
  return { entry: refs.length > 0 ? { ...entry, body: { ...entry.body, blocks: refs } } : entry, blocks: rows };
}

const encode = (block: Block) => (block.kind === 'rows' ? encodeRows(block.columns) : encodeRecipients(block));
