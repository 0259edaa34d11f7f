/**
 * Where a backup comes from and goes to on this device: databases and documents of the workspaces, opened for it.
 * Loaded with what saves and restores, not with the page.
 */
import { addToContent, contentToUpdate, parseContentUpdate } from '#documents/content-copy';
import { openContentDocument, wipeContentDocument } from '#documents/content-document';
import type { WorkspaceId } from '#domain/ids';
import { createBackupStore } from '#storage/backup-store';
import { createBlockStore } from '#storage/block-store';
import { createDatabase, wipeDatabase } from '#storage/database';
import { createEntryStore } from '#storage/entry-store';
import { createImportStore } from '#storage/import-store';
import type { WorkspaceRegistry } from '#storage/types';
import type { Documents } from './open-documents.ts';
import type { Opened } from './opened.ts';
import { randomId } from './random-id.ts';
import type { RestoreParts, RestoreTarget } from './restore-backup.ts';
import { backupName, saveBackup } from './save-backup.ts';
import { createTabs } from './tabs.ts';

export async function saveOpen(
  { workspace }: Pick<Opened, 'workspace'>,
  { content }: Documents,
  contacts: number,
  onProgress: (done: number) => void,
): Promise<{ readonly name: string; readonly file: Blob }> {
  const db = createDatabase(workspace.id);
  const nowMs = Date.now();
  try {
    const file = await saveBackup({
      ...{ workspace, contacts, nowMs, onProgress },
      ...{ entries: createEntryStore(db), blocks: createBlockStore(db), imports: createImportStore(db) },
      backup: createBackupStore(db),
      content: () => contentToUpdate(content),
    });
    return { name: backupName(workspace.name, nowMs), file };
  } finally {
    db.close();
  }
}

/** `open`: the workspace of this page, whose document is written where it is read. */
export function restorePlaces(
  open: WorkspaceId,
  documents: Promise<Documents>,
  registry: WorkspaceRegistry,
): Omit<RestoreParts, 'onProgress'> {
  return {
    registry,
    target: async (id) => (id === open ? target(id, (await documents).content, () => Promise.resolve()) : apart(id)),
    wipe: wipeApart,
    parseContent: parseContentUpdate,
    newId: () => randomId(),
    nowMs: () => Date.now(),
  };
}

async function apart(id: WorkspaceId): Promise<RestoreTarget> {
  const content = await openContentDocument(id);
  return target(id, content, () => content.close());
}

function target(id: WorkspaceId, content: Documents['content'], close: () => Promise<void>): RestoreTarget {
  const db = createDatabase(id);
  return {
    backup: createBackupStore(db),
    blocks: createBlockStore(db),
    addContent: (update) => addToContent(content, update),
    async close() {
      db.close();
      await close();
    },
  };
}

/** Of a workspace that this page has not open. */
export async function wipeApart(id: WorkspaceId): Promise<void> {
  const tabs = createTabs(id);
  tabs.tell('gone');
  tabs.close();
  await wipeContentDocument(id);
  await wipeDatabase(id);
}
