import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import type { BlockId, EntryId } from '#domain/ids';
import { readTexts } from '#app/read-texts';
import type { TextsHelper } from '#app/texts-helper';
import { canonicalState } from '#log/canonical';
import { SEGMENT_ROWS } from '#log/snapshot-shape';
import type { EntryBody } from '#log/types';
import type { AppDatabase } from '#storage/database';
import { createSharingStore } from '#storage/sharing-store';
import { createSnapshotStore } from '#storage/snapshot-store';
import type { SnapshotStore } from '#storage/types';
import { birthColumns, rowOf } from '#tests/builders/blocks';
import { contactColumns } from '#tests/builders/contacts';
import { group } from '#tests/builders/entries';
import { testDatabase } from '#tests/storage/workspace';
import { contentOf } from '#tests/builders/snapshots';
import { addEntry, addImport, openDevice, type SnapshotDevice } from './snapshot-device.ts';

const BLOCK_ROWS = 3_000;
const births = (from: number) => {
  const columns = contactColumns(BLOCK_ROWS, from + 1);
  const userId = Array.from({ length: BLOCK_ROWS }, (_, row) => `U${String(from + row)}`);
  return birthColumns({ ...columns, userId }, 'userId');
};
const VIP = group('VIP');

/** More than two segments of contacts, some of them in a group. */
async function withContacts() {
  const { db } = testDatabase();
  const first = await addImport(db, [births(0), births(BLOCK_ROWS), births(2 * BLOCK_ROWS)], { joins: [VIP] });
  return { db, first };
}

const rename = (user: number, name: string): EntryBody => ({
  kind: 'change',
  row: rowOf('userId', `U${String(user)}`, { name }, { birth: false }),
  joins: [],
  leaves: [VIP],
});

/** As a device has it that never had a snapshot. */
async function fromNothing(db: AppDatabase): Promise<SnapshotDevice> {
  return openDevice(db, { head: () => Promise.resolve(undefined) });
}

test('what was saved is opened, and only what came after it is folded', async () => {
  const { db } = await withContacts();
  const one = await openDevice(db);
  expect(await one.snapshot.save(one.log.still)).toBe('saved');
  const again = await openDevice(db);
  expect(again.openedAt).toBe(1);
  expect(contentOf(again.fold)).toEqual(contentOf(one.fold));

  await addEntry(db, rename(5, 'Ana'));
  const later = await openDevice(db);
  expect(later.openedAt).toBe(1);
  expect(canonicalState(later.fold)).toBe(canonicalState((await fromNothing(db)).fold));
});

test('another thread that reads the blocks, or cannot, changes nothing of what is opened', async () => {
  const { db } = await withContacts();
  await addImport(db, [births(3 * BLOCK_ROWS), births(4 * BLOCK_ROWS)]);
  const one = await openDevice(db);
  expect(await one.snapshot.save(one.log.still)).toBe('saved');
  let read = 0;
  let stopped = 0;
  const helper = (answer: TextsHelper['read']) => () =>
    Promise.resolve({
      read: (bytes: Uint8Array) => {
        read += 1;
        return answer(bytes);
      },
      stop: () => {
        stopped += 1;
      },
    });
  const helpers = [
    helper(async (bytes) => structuredClone(await readTexts(bytes))),
    helper(() => Promise.resolve(undefined)),
    () => Promise.reject(new Error('the script is not here')),
  ];
  for (const startHelper of helpers) {
    const again = await openDevice(db, {}, startHelper);
    expect(again.openedAt).toBe(2);
    expect(contentOf(again.fold)).toEqual(contentOf(one.fold));
  }
  expect([read > 0, stopped]).toEqual([true, 2]);
});

test('births lie there once: a segment of them repeats none of their texts', async () => {
  const { db } = await withContacts();
  const one = await openDevice(db);
  await one.snapshot.save(one.log.still);
  const bytes = (await db.snapshot.toArray()).reduce((sum, row) => sum + row.bytes.length, 0);
  expect(bytes / one.fold.state.ids.count).toBeLessThan(1.5);
});

test('only segments whose rows have changed are written again', async () => {
  const { db } = await withContacts();
  const one = await openDevice(db);
  await one.snapshot.save(one.log.still);
  const before = new Set(await db.snapshot.toCollection().primaryKeys());
  await addEntry(db, rename(SEGMENT_ROWS + 7, 'Ana'));
  const again = await openDevice(db);
  expect(await again.snapshot.save(again.log.still)).toBe('saved');
  const after = await db.snapshot.toCollection().primaryKeys();
  expect(after.filter((key) => !before.has(key))).toHaveLength(1);
  const opened = await openDevice(db);
  expect(opened.openedAt).toBe(2);
  expect(contentOf(opened.fold)).toEqual(contentOf(again.fold));
});

test('what is folded while it is being written is in it, too', async () => {
  const { db } = await withContacts();
  const addSegments: SnapshotStore['addSegments'] = async (rows) => {
    await createSnapshotStore(db).addSegments(rows);
    if (renamed) return;
    renamed = true;
    await addEntry(db, rename(5, 'Ana'));
    await one.log.catchUp();
  };
  let renamed = false;
  const one = await openDevice(db, { addSegments });
  expect(await one.snapshot.save(one.log.still)).toBe('saved');
  const again = await openDevice(db);
  expect(again.openedAt).toBe(2);
  expect(contentOf(again.fold)).toEqual(contentOf(one.fold));
});

test('undo of what the snapshot counts is as if there were none', async () => {
  const { db, first } = await withContacts();
  await addEntry(db, rename(5, 'Ana'));
  const one = await openDevice(db);
  await one.snapshot.save(one.log.still);
  await addEntry(db, { kind: 'undo', of: first, undone: true });
  const again = await openDevice(db);
  expect(canonicalState(again.fold)).toBe(canonicalState((await fromNothing(db)).fold));
  expect(again.fold.state.bornCount).toBe(1);
});

test('[SYN-3] entries that got other times: a snapshot of before is gone, and none of before is put', async () => {
  const { db } = await withContacts();
  await addEntry(db, rename(5, 'Ana'));
  const [one, other] = [await openDevice(db), await openDevice(db)];
  await one.snapshot.save(one.log.still);
  expect(await createSharingStore(db).restamp(-3_600_000, 1_789_996_400_000)).toBe('restamped');
  expect(await other.snapshot.save(other.log.still)).toBe('not');
  expect((await openDevice(db)).openedAt).toBe(0);
  await other.log.foldAnew();
  expect(await other.snapshot.save(other.log.still)).toBe('saved');
  const again = await openDevice(db);
  expect(again.openedAt).toBeGreaterThan(0);
  expect(canonicalState(again.fold)).toBe(canonicalState((await fromNothing(db)).fold));
});

test('cut off after any of its transactions, the next opening stands on the one before or the new one', async () => {
  const { db } = await withContacts();
  const first = await openDevice(db);
  await first.snapshot.save(first.log.still);
  for (const user of [5, SEGMENT_ROWS + 5]) await addEntry(db, rename(user, 'Ana'));
  const expected = canonicalState((await fromNothing(db)).fold);
  for (let transactions = 0; ; transactions += 1) {
    const { device, cut } = await cutAfter(db, transactions);
    await device.snapshot.save(device.log.still).catch(cut);
    const again = await openDevice(db);
    expect([1, 3]).toContain(again.openedAt);
    expect(canonicalState(again.fold)).toBe(expected);
    if (again.openedAt === 1) continue;
    expect(transactions).toBeGreaterThan(1);
    // What the cut ones left is gone with the head of the next.
    expect(await db.snapshot.count()).toBe(Math.ceil(again.fold.state.ids.count / SEGMENT_ROWS) + 1);
    return;
  }
});

/** A tab that is killed after so many writes of its snapshot. */
async function cutAfter(db: AppDatabase, transactions: number) {
  const killed = new Error('the tab was killed');
  let left = transactions;
  const store = createSnapshotStore(db);
  const write =
    <Written extends unknown[], Answer>(run: (...written: Written) => Promise<Answer>) =>
    async (...written: Written): Promise<Answer> => {
      if (left === 0) throw killed;
      left -= 1;
      return run(...written);
    };
  const device = await openDevice(db, { addSegments: write(store.addSegments), put: write(store.put) });
  const cut = (error: unknown) => {
    if (error !== killed) throw error;
  };
  return { device, cut };
}

test.each<[string, (db: AppDatabase) => Promise<unknown>]>([
  ['its head is not what was written', (db) => flip(db, 'head')],
  ['a segment is not what was written', async (db) => flip(db, await lastSegment(db))],
  ['a segment is gone', async (db) => db.snapshot.delete(await lastSegment(db))],
  ['a block that it names is gone', (db) => swapBlocks(db)],
])('it is not used where %s', async (_, damage) => {
  const { db } = await withContacts();
  await addEntry(db, rename(5, 'Ana'));
  const one = await openDevice(db);
  await one.snapshot.save(one.log.still);
  await damage(db);
  const again = await openDevice(db);
  expect(again.openedAt).toBe(0);
  expect(canonicalState(again.fold)).toBe(canonicalState((await fromNothing(db)).fold));
  expect(await again.snapshot.save(again.log.still)).toBe('saved');
  expect((await openDevice(db)).openedAt).toBe(2);
});

async function flip(db: AppDatabase, key: string): Promise<void> {
  const row = await db.snapshot.get(key);
  if (!row) throw new Error('there is no such piece');
  const bytes = Uint8Array.from(row.bytes);
  bytes[bytes.length - 9] = (bytes[bytes.length - 9] ?? 0) ^ 1;
  await db.snapshot.put({ key, bytes });
}

async function lastSegment(db: AppDatabase): Promise<string> {
  const keys = await db.snapshot.toCollection().primaryKeys();
  return keys.filter((key) => key !== 'head').at(-1) ?? '';
}

/** The last block comes back later, as after an interrupted download. */
async function swapBlocks(db: AppDatabase): Promise<void> {
  const keys: BlockId[] = await db.blocks.toCollection().primaryKeys();
  await db.blocks.delete(keys.at(-1) ?? ('' as BlockId));
}

test('a waiting entry waits in it, and counts when its block has come', async () => {
  const { db } = await withContacts();
  const second: EntryId = await addImport(db, [births(10_000)]);
  const block = (await db.blocks.toArray()).at(-1);
  if (!block) throw new Error('there is no block');
  await db.blocks.delete(block.id);
  const one = await openDevice(db);
  expect([...one.fold.waiting.keys()]).toEqual([second]);
  await one.snapshot.save(one.log.still);
  await db.blocks.add(block);
  const again = await openDevice(db);
  expect(again.openedAt).toBe(2);
  expect(again.fold.waiting.size).toBe(0);
  expect(canonicalState(again.fold)).toBe(canonicalState((await fromNothing(db)).fold));
});
