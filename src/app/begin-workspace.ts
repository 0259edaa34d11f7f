/** The workspace that this device opens: the one used last, else a new one, made alone and without an account (SYN-1). */
import type { DeviceId, WorkspaceId } from '#domain/ids';
import { isStorageFull } from '#storage/failure';
import type { WorkspaceRegistry, WorkspaceRow } from '#storage/types';
import { randomId } from './random-id.ts';

/** Until its owner names it when claiming a relay. */
const FIRST_NAME = 'Fieldcast';

export async function findOrBeginWorkspace(registry: WorkspaceRegistry, now: number): Promise<WorkspaceRow> {
  const [last] = await registry.list();
  if (last) {
    // A full device still shows what is on it: which workspace was used last is not worth its contacts.
    await registry.change(last.id, { openedAt: now }).catch((error: unknown) => {
      if (!isStorageFull(error)) throw error;
    });
    return last;
  }
  // Two tabs may come here at once; the registry answers both with the first.
  return registry.begin({
    id: randomId() as WorkspaceId,
    name: FIRST_NAME,
    salt: randomId(),
    device: randomId() as DeviceId,
    createdAt: now,
    openedAt: now,
  });
}
