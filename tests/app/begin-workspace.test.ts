import 'fake-indexeddb/auto';
import { afterEach, describe, expect, test } from 'vitest';
import { findOrBeginWorkspace, noteOpening } from '#app/begin-workspace';
import { fromBase64Url, randomId } from '#app/random-id';
import { createWorkspaceRegistry } from '#storage/workspaces';

afterEach(async () => {
  const registry = createWorkspaceRegistry();
  for (const { id } of await registry.list()) await registry.remove(id);
});

describe('the first start', () => {
  test('[SYN-1] a workspace begins alone, with an id, a salt of 16 bytes and a device', async () => {
    const workspace = await findOrBeginWorkspace(createWorkspaceRegistry(), 1_000);
    expect(fromBase64Url(workspace.salt)).toHaveLength(16);
    expect(workspace.name).not.toBe('');
    // As the relay will take it over when it is claimed.
    expect(workspace.id).toMatch(/^[A-Za-z0-9_-]{8,40}$/);
    expect(workspace.device).not.toBe(workspace.id);
  });

  test('[APP-1] two tabs that start at once open the same workspace', async () => {
    const tabs = [createWorkspaceRegistry(), createWorkspaceRegistry(), createWorkspaceRegistry()];
    const workspaces = await Promise.all(tabs.map((registry) => findOrBeginWorkspace(registry, 1_000)));
    expect(new Set(workspaces.map(({ id, salt, device }) => `${id} ${salt} ${device}`)).size).toBe(1);
    expect(await createWorkspaceRegistry().list()).toHaveLength(1);
  });

  test('[SYN-1] a later start opens it again, under the name it has by now', async () => {
    const registry = createWorkspaceRegistry();
    const first = await findOrBeginWorkspace(registry, 1_000);
    await registry.change(first.id, { name: 'Expo team' });
    const again = await findOrBeginWorkspace(registry, 2_000);
    await noteOpening(registry, again.id, 2_000);
    expect(again).toMatchObject({ id: first.id, salt: first.salt, name: 'Expo team' });
    expect((await registry.list())[0]?.openedAt).toBe(2_000);
  });

  test('[APP-4] a device without room opens what it has; any other fault is not hidden', async () => {
    const registry = createWorkspaceRegistry();
    const first = await findOrBeginWorkspace(registry, 1_000);
    const failing = (error: unknown) => ({ ...registry, change: () => Promise.reject(error) });
    const full = Object.assign(new Error('AbortError'), { inner: new DOMException('no room', 'QuotaExceededError') });
    expect(await findOrBeginWorkspace(failing(full), 2_000)).toMatchObject({ id: first.id });
    await noteOpening(failing(full), first.id, 2_000);
    await expect(noteOpening(failing(new Error('broken')), first.id, 2_000)).rejects.toThrow('broken');
  });
});

test('[SYN-1] ids are 128 random bits in letters that a path and a header take', () => {
  const ids = Array.from({ length: 200 }, () => randomId());
  expect(new Set(ids).size).toBe(200);
  for (const id of ids) {
    expect(id).toMatch(/^[A-Za-z0-9_-]{22}$/);
    expect(fromBase64Url(id)).toHaveLength(16);
  }
});
