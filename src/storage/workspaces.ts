/** Which workspaces this device holds: a small database of its own, since each workspace is named apart. */
import { Dexie, type Table } from 'dexie';
import type { WorkspaceId } from '#domain/ids';
import type { WorkspaceRegistry, WorkspaceRow } from './types.ts';

/** `announced`: on its way from a backup, and no workspace of this device yet. */
type RegistryRow = WorkspaceRow & { readonly announced?: true };
type RegistryDatabase = Dexie & { readonly workspaces: Table<RegistryRow, WorkspaceId> };

export function createWorkspaceRegistry(): WorkspaceRegistry {
  const db = new Dexie('fieldcast', { chromeTransactionDurability: 'strict' }) as RegistryDatabase;
  db.version(1).stores({ workspaces: 'id' });
  const all = async () => (await db.workspaces.toArray()).sort((one, other) => other.openedAt - one.openedAt);
  const list = async () => (await all()).filter(({ announced }) => announced !== true);
  return {
    list,
    begin: (row) =>
      db.transaction('rw', db.workspaces, async () => {
        const [standing] = await list();
        if (standing) return standing;
        await db.workspaces.add(row);
        return row;
      }),
    async open(row) {
      await db.transaction('rw', db.workspaces, async () => {
        const known = (await list()).find(({ id }) => id === row.id);
        await db.workspaces.put({ ...row, ...known, openedAt: row.openedAt });
      });
    },
    async change(id, patch) {
      await db.workspaces.update(id, patch);
    },
    remove: (id) => db.workspaces.delete(id),
    async announce(row) {
      await db.workspaces.put({ ...row, announced: true });
    },
    announced: async () => (await all()).filter(({ announced }) => announced === true),
  };
}
