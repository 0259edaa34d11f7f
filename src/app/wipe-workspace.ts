/**
 * Everything of one workspace leaves this device: rows, blocks, files, documents, and its name. The page that is open
 * shows what is gone: whoever calls goes to another at once, and once, since two navigations end each other.
 */
import { wipeDatabase } from '#storage/database';
import type { WorkspaceRegistry } from '#storage/types';
import type { Documents } from './open-documents.ts';
import type { Opened } from './opened.ts';

export async function wipeWorkspace(
  { workspace, stores, workers, tabs, owner }: Opened,
  documents: Documents,
  registry: WorkspaceRegistry,
): Promise<void> {
  // The name first: cut off here, the next start begins anew instead of opening half a workspace.
  await registry.remove(workspace.id);
  owner.close();
  workers.stop();
  stores.close();
  await documents.content.wipe();
  await wipeDatabase(workspace.id);
  tabs.tell('gone');
  tabs.close();
}
