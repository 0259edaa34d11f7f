/** An empty database of its own for each test. IndexedDB is the outside world here: `fake-indexeddb` stands in. */
import { afterEach } from 'vitest';
import type { WorkspaceId } from '#domain/ids';
import { createDatabase, wipeDatabase, type AppDatabase } from '#storage/database';

const open: { readonly id: WorkspaceId; readonly db: AppDatabase }[] = [];
let made = 0;

export function testDatabase(): { readonly id: WorkspaceId; readonly db: AppDatabase } {
  made += 1;
  const id = `workspace-${String(made)}` as WorkspaceId;
  const workspace = { id, db: createDatabase(id) };
  open.push(workspace);
  return workspace;
}

afterEach(async () => {
  for (const { id, db } of open.splice(0)) {
    db.close();
    await wipeDatabase(id);
  }
});
