/** The workspace that this device opens: the one used last, else a new one, made alone and without an account (SYN-1). */
import type { DeviceId, WorkspaceId } from '#domain/ids';
import { isStorageFull } from '#storage/failure';
import type { WorkspaceRegistry, WorkspaceRow } from '#storage/types';
import { randomId } from './random-id.ts';

/** Until its owner names it when claiming a relay. */
const FIRST_NAME = 'Fieldcast';

export async function findOrBeginWorkspace(registry: WorkspaceRegistry, now: number): Promise<WorkspaceRow> {
  const [last] = await registry.list();
  if (last) return last;
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

/** A write that nobody's contacts wait for. A full device still shows what is on it: this is not worth its contacts. */
export async function noteOpening(registry: WorkspaceRegistry, id: WorkspaceId, now: number): Promise<void> {
  await registry.change(id, { openedAt: now }).catch((error: unknown) => {
    if (!isStorageFull(error)) throw error;
  });
}
