/** The workspaces of this device: each has a database, locks and documents of its own; the one used last is open. */
import type { DeviceId, WorkspaceId } from '#domain/ids';
import type { WorkspaceRegistry } from '#storage/types';
import type { SharedWorkspace } from '#sync/session';
import type { BringInPlanned } from './bring-in.ts';
import type { CharacteristicsPart } from './characteristics.svelte.ts';
import type { GroupsPart } from './groups.svelte.ts';
import type { Opened } from './opened.ts';
import { randomId } from './random-id.ts';
import type { Workspaces } from './workspace-types.ts';
import { isUntouched } from './untouched.ts';

export interface WorkspacesPart extends Workspaces {
  /** Another workspace has come to this device and is opened; the one here goes where nothing was ever put into it. */
  readonly arrive: () => Promise<void>;
  /** A workspace that the relay has comes to this device, beside the one that is open; loads the app anew. */
  readonly join: (workspace: SharedWorkspace) => Promise<void>;
}

/** Where a workspace begun alone is offered to the one that was just joined. */
const BRING_IN_PAGE = '/settings/device#bring-in';

/** `wipe`: the workspace that is open leaves this device. */
export function createWorkspaces(
  opened: Promise<Opened>,
  registry: WorkspaceRegistry,
  wipe: () => Promise<void>,
  named: () => { readonly groups: GroupsPart; readonly characteristics: CharacteristicsPart },
): WorkspacesPart {
  let planned: BringInPlanned | undefined;
  const reload = (page = '/contacts') => {
    location.assign(page);
  };
  const rowOf = async (id: WorkspaceId) => {
    const row = (await registry.list()).find((each) => each.id === id);
    if (!row) throw new Error('no such workspace on this device');
    return row;
  };

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
      const untouched = await isUntouched((await opened).stores, named().groups);
      await registry.open({ id, name, salt, device: randomId() as DeviceId, createdAt: now, openedAt: now });
      if (untouched) await wipe();
      // What was collected here before may belong to the team: that is asked where the workspaces are listed.
      reload(untouched ? '/contacts' : BRING_IN_PAGE);
    },
    async arrive() {
      if (await isUntouched((await opened).stores, named().groups)) await wipe();
      reload();
    },
    async planBringIn(id) {
      const { planBringIn } = await import('./bring-in.ts');
      planned = await planBringIn(await opened, await rowOf(id), named());
      return { figures: planned.figures, newGroups: planned.newGroups };
    },
    async bringIn() {
      const plan = planned;
      planned = undefined;
      if (!plan) return 'changed';
      const { writeBringIn } = await import('./bring-in.ts');
      return writeBringIn(await opened, plan, named());
    },
    async dropBringIn() {
      planned = undefined;
      await (await opened).workers.audience.dropBringIn();
    },
    async wipe(id) {
      // The name first, as with the one that is open.
      await registry.remove(id);
      const { wipeApart } = await import('./backup-places.ts');
      await wipeApart(id);
    },
  };
}
