import 'fake-indexeddb/auto';
import { describe, expect, test } from 'vitest';
import type { ContactId, DeviceId, EntryId } from '#domain/ids';
import type { Entry } from '#log/types';
import { createEntryStore } from '#storage/entry-store';
import { createSharingStore } from '#storage/sharing-store';
import { createSnapshotStore } from '#storage/snapshot-store';
import { change, entryOf, erasure } from '#tests/builders/entries';
import { rowOf } from '#tests/builders/blocks';
import { testDatabase } from './workspace.ts';

const bytes = (...values: number[]) => Uint8Array.from(values);
const segment = (key: string) => ({ key, bytes: bytes(7) });
const NOW = 1_790_000_000_000;
const device = 'device' as DeviceId;

async function withSnapshot() {
  const { db } = testDatabase();
  const [snapshots, sharing, entries] = [createSnapshotStore(db), createSharingStore(db), createEntryStore(db)];
  const body = change(rowOf('phone', '+420777123456'), { ms: NOW }).entry.body as never;
  const { entry } = await entries.add({ id: 'mine' as EntryId, device, body }, NOW);
  await snapshots.addSegments([segment('a')]);
  expect(await snapshots.put(bytes(1), ['a'], 0)).toBe('put');
  return { db, snapshots, sharing, entry };
}

test('a head takes the place of the one before, with the segments that it does not name', async () => {
  const { db, snapshots } = await withSnapshot();
  await snapshots.addSegments([segment('b'), segment('left by a tab that was closed')]);
  expect(await snapshots.head()).toEqual(bytes(1));
  expect(await snapshots.put(bytes(2), ['b'], 0)).toBe('put');
  expect(await snapshots.head()).toEqual(bytes(2));
  expect(await snapshots.segments(['b', 'a'])).toEqual([bytes(7), undefined]);
  expect(await db.snapshot.count()).toBe(2);
});

test('a head whose segments were dropped meanwhile is not put', async () => {
  const { snapshots } = await withSnapshot();
  await snapshots.drop();
  expect(await snapshots.put(bytes(2), ['a'], 0)).toBe('outdated');
  expect(await snapshots.head()).toBeUndefined();
});

describe('what changes the meaning of entries drops it, and one under way is not put any more', () => {
  type Sharing = ReturnType<typeof createSharingStore>;
  const entry = (id: string): Entry => ({ ...change(rowOf('phone', '1'), { ms: NOW, id }).entry });
  const drops: readonly [string, (sharing: Sharing, mine: Entry) => Promise<unknown>][] = [
    ['[SYN-3] other times of what is pending', (sharing) => sharing.restamp(-3_600_000, NOW - 3_600_000)],
    ['an own entry with another time at the relay', (sharing, mine) => sharing.addPulled([{ ...mine, time: 5 }], 1)],
    ['an erasure', (sharing) => sharing.addPulled([erasure(['0'.repeat(16) as ContactId], { ms: NOW }).entry], 1)],
    [
      'an entry that the relay refuses',
      (sharing, { id }) => sharing.settle([{ id, result: 'refused', reason: 'role' }]),
    ],
    [
      'another relay store',
      async (sharing) => {
        await sharing.meetRelay('first', device);
        await sharing.meetRelay('second', device);
      },
    ],
  ];
  test.each(drops)('%s', async (_, act) => {
    const { db, snapshots, sharing, entry: mine } = await withSnapshot();
    await act(sharing, mine);
    expect(await db.snapshot.count()).toBe(0);
    await snapshots.addSegments([segment('a')]);
    expect(await snapshots.put(bytes(2), ['a'], 0)).toBe('outdated');
    expect(await snapshots.put(bytes(2), ['a'], await snapshots.epoch())).toBe('put');
  });

  const keeps: readonly [string, (sharing: Sharing, mine: Entry) => Promise<unknown>][] = [
    ['more entries', (sharing) => sharing.addPulled([entry('theirs')], 1)],
    ['an entry of its own that comes back', (sharing, mine) => sharing.addPulled([{ ...mine, author: 'me' }], 1)],
    ['an entry that is taken', (sharing, { id }) => sharing.settle([{ id, result: 'taken' }])],
    ['an undo, which the fold itself sees', (sharing) => sharing.addPulled([undone('mine')], 1)],
    ['the first relay', (sharing) => sharing.meetRelay('first', device)],
  ];
  test.each(keeps)('not so %s', async (_, act) => {
    const { snapshots, sharing, entry: mine } = await withSnapshot();
    await act(sharing, mine);
    expect(await snapshots.head()).toEqual(bytes(1));
  });
});

const undone = (of: string): Entry => entryOf({ kind: 'undo', of: of as EntryId, undone: true }, { ms: NOW });
