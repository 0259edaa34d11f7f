import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import { createStores } from '#app/stores';
import { isUntouched } from '#app/untouched';
import type { WorkspaceId } from '#domain/ids';

const none = { none: () => Promise.resolve(true) };
const newStores = () => createStores(crypto.randomUUID() as WorkspaceId, () => undefined);

test('[SYN-1] a workspace as it began is untouched', async () => {
  expect(await isUntouched(newStores(), none)).toBe(true);
});

test('[SYN-1] groups alone, though nobody is in them yet, are something that would be missed', async () => {
  expect(await isUntouched(newStores(), { none: () => Promise.resolve(false) })).toBe(false);
});

test('[SYN-1] so is a draft that was left behind, and what the relay gave', async () => {
  const [drafting, sharing] = [newStores(), newStores()];
  await drafting.meta.set('draft', { version: 1 } as never);
  expect(await isUntouched(drafting, none)).toBe(false);
  await (await sharing.log()).sharing.addPulled([], 7);
  expect(await isUntouched(sharing, none)).toBe(false);
});
