/** The workspaces of this device: each has a database, locks and documents of its own; the one used last is open. */
import type { DeviceId } from '#domain/ids';
import type { WorkspaceRegistry } from '#storage/types';
import type { SharedWorkspace } from '#sync/session';
import type { Opened } from './opened.ts';
import { randomId } from './random-id.ts';
import type { Workspaces } from './types.ts';

export interface WorkspacesPart extends Workspaces {
  /** A workspace that the relay has comes to this device, beside the one that is open; loads the app anew. */
  readonly join: (workspace: SharedWorkspace) => Promise<void>;
}

/** `wipe`: the workspace that is open leaves this device. */
export function createWorkspaces(
  opened: Promise<Opened>,
  registry: WorkspaceRegistry,
  wipe: () => Promise<void>,
): WorkspacesPart {
  const reload = () => {
    location.assign('/contacts');
  };

  /** Begun by itself at the first visit, and nothing was ever put into it. */
  async function isUntouched(): Promise<boolean> {
    const { stores } = await opened;
    const [counts, cursor, imports, messages] = await Promise.all([
      stores.sharing.counts(),
      stores.sharing.cursor(),
      stores.imports.list(),
      stores.messages.list(),
    ]);
    return counts.pending === 0 && cursor === 0 && imports.length === 0 && messages.length === 0;
  }

  return {
    async list() {
      const { workspace } = await opened;
      return (await registry.list()).map(({ id, name }) => ({ id, name, isOpen: id === workspace.id }));
    },
    async open(id) {
      await registry.change(id, { openedAt: Date.now() });
      reload();
    },
    async join({ id, name, salt }) {
      const now = Date.now();
      const untouched = await isUntouched();
      await registry.open({ id, name, salt, device: randomId() as DeviceId, createdAt: now, openedAt: now });
      if (untouched) await wipe();
      reload();
    },
  };
}
