import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import type { DeviceId, EntryId, GroupId } from '#domain/ids';
import { timeFromMs } from '#log/time';
import { createEntryStore } from '#storage/entry-store';
import { createMetaStore } from '#storage/meta-store';
import type { EntryDraft } from '#storage/types';
import { rowOf } from '#tests/builders/blocks';
import { testDatabase } from './workspace.ts';

const draft = (id: string): EntryDraft => ({
  id: id as EntryId,
  device: 'device' as DeviceId,
  body: { kind: 'change', row: rowOf('phone', '+420777123456'), joins: ['00000000000000aa' as GroupId], leaves: [] },
});

test('entries come back in the order of arrival, from after a position', async () => {
  const entries = createEntryStore(testDatabase().db);
  for (const id of ['c', 'a', 'b']) await entries.add(draft(id), 1_000);
  const all = await entries.after(0, 10);
  expect(all.map((row) => row.id)).toEqual(['c', 'a', 'b']);
  expect(all.every((row) => row.sharing === 'pending')).toBe(true);
  expect((await entries.after(all[0]?.position ?? 0, 1)).map((row) => row.id)).toEqual(['a']);
});

test('an entry that is known changes nothing', async () => {
  const entries = createEntryStore(testDatabase().db);
  const first = await entries.add(draft('a'), 1_000);
  expect(await entries.add(draft('a'), 9_000)).toEqual(first);
  expect(await entries.count()).toBe(1);
});

test('two tabs that write at once, or a clock that goes back, never give one time twice', async () => {
  const { db } = testDatabase();
  const [one, other] = [createEntryStore(db), createEntryStore(db)];
  const rows = await Promise.all([
    one.add(draft('a'), 5_000),
    other.add(draft('b'), 5_000),
    one.add(draft('c'), 4_000),
  ]);
  const times = rows.map((row) => row.entry.time).sort((a, b) => a - b);
  expect(times).toEqual([timeFromMs(5_000), timeFromMs(5_000) + 1, timeFromMs(5_000) + 2]);
  expect(await createMetaStore(db).get('clock')).toBe(times[2]);
});
