/** The workspace that this device opens: the one used last, else a new one, made alone and without an account (SYN-1). */
import type { DeviceId, WorkspaceId } from '#domain/ids';
import type { WorkspaceRegistry, WorkspaceRow } from '#storage/types';
import { randomId } from './random-id.ts';

/** Until its owner names it when claiming a relay. */
const FIRST_NAME = 'Fieldcast';

export async function findOrBeginWorkspace(registry: WorkspaceRegistry, now: number): Promise<WorkspaceRow> {
  const [last] = await registry.list();
  if (last) {
    await registry.change(last.id, { openedAt: now });
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
