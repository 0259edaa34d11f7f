/** Merge case 5: two processes pack the same log at once; entries arrive between. */
import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { changeDraft, idsFrom } from '#tests/builders/entry-drafts';
import { entryOf } from '#tests/builders/entries';
import { createPackingRelay, type PackingRelay } from '#tests/builders/packing-relay';
import { START, WORKSPACE } from '#tests/builders/store-rows';
import { testDatabase } from '#tests/storage/workspace';
import { sharingDevice } from './sharing-device.ts';

let relay: PackingRelay;
beforeEach(async () => {
  relay = await createPackingRelay();
});
afterEach(() => relay.close());

const write = (ids: readonly string[], author: string) =>
  relay.write(
    ids.map((id) => entryOf(changeDraft(id).body, { ms: START, id })),
    author,
  );

test('case 5: two processes pack at once, entries arrive between: each counts once, authors stay who they were', async () => {
  await write(idsFrom('li', 1_500), 'Li');
  await write(idsFrom('ana', 1_500), 'Ana');
  // Each has read the run and written its block before either says that it counts.
  const both = [relay.pack(), relay.pack()];
  await write(idsFrom('between', 5), 'Jan');
  expect((await Promise.all(both)).sort()).toEqual(['nothing', 'packed']);
  await write(idsFrom('after', 5), 'Jan');
  expect(await relay.store.packs(WORKSPACE)).toHaveLength(1);
  expect(relay.packed).toEqual([3_000]);

  const device = sharingDevice(testDatabase().db, relay.client);
  expect(await device.share()).toBe('current');
  const rows = await device.all(500);
  const written = [idsFrom('li', 1_500), idsFrom('ana', 1_500), idsFrom('between', 5), idsFrom('after', 5)];
  expect(rows.map(({ id }) => id)).toEqual(written.flat());
  const authors = Object.groupBy(rows, ({ entry }) => entry.author ?? '');
  expect(Object.entries(authors).map(([author, some]) => [author, some?.length])).toEqual([
    ['Li', 1_500],
    ['Ana', 1_500],
    ['Jan', 10],
  ]);
});
