import 'fake-indexeddb/auto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BlockId, DeviceId, EntryId, MessageId } from '#domain/ids';
import { encodeEntries } from '#log/entry-block';
import { msOfTime, timeFromMs } from '#log/time';
import type { Entry } from '#log/types';
import { createBlockStore } from '#storage/block-store';
import { idsFrom } from '#tests/builders/entry-drafts';
import { dyingAfter, LITTLE, NOW, packedDevice, sharedEntry } from './packed-device.ts';
import { testDatabase } from './workspace.ts';

const DEVICE = 'device' as DeviceId;
const here = () => {
  const { db } = testDatabase();
  return { db, ...packedDevice(db, 10) };
};

describe('packing on a lone device', () => {
  test('[CON-12] old entries are read as before, each in its place; the newest stay single', async () => {
    const device = here();
    await device.write(idsFrom('e', 60));
    const before = await device.all();
    expect(await device.packAll()).toBe(3);
    expect(await device.all()).toEqual(before);
    expect(await device.all(500)).toEqual(before);
    expect(await device.db.entries.count()).toBe(5);
    expect([await device.entries.count(), await device.sharing.counts()]).toEqual([60, { pending: 60, refused: 0 }]);
    await device.write(['later']);
    expect((await device.ids()).slice(-2)).toEqual(['e0059', 'later']);
    expect((await device.sharing.pending(2)).map(({ id }) => id)).toEqual(['e0000', 'e0001']);
  });

  test('[CON-12] few are not packed', async () => {
    const device = here();
    await device.write(idsFrom('e', 10));
    expect(await device.packAll()).toBe(0);
  });

  test('[SYN-9] two tabs that pack at once pack each entry once', async () => {
    const device = here();
    await device.write(idsFrom('e', 60));
    const before = await device.all();
    await Promise.all([device.packAll(), packedDevice(device.db).packAll(), device.write(['meanwhile'])]);
    const all = await device.all();
    expect(all.filter(({ id }) => (id as string) !== 'meanwhile')).toEqual(before);
    expect(all).toHaveLength(61);
    expect(await device.entries.count()).toBe(61);
  });

  test('[MSG-7] an entry whose id is derived again is known, packed or not', async () => {
    const device = here();
    const draft = {
      ...{ id: 'messaged-m' as EntryId, device: DEVICE },
      body: { kind: 'messaged', message: 'm' as MessageId, channelType: 'sms', blocks: [] },
    } as const;
    const first = await device.entries.add(draft, NOW);
    await device.write(idsFrom('e', 30));
    await device.packAll();
    expect(await device.db.entries.where('id').equals('messaged-m').count()).toBe(0);
    expect(await device.entries.add(draft, NOW + 9)).toEqual(first);
    expect(await device.entries.count()).toBe(31);
  });

  test('[SYN-3] at the first connection all is single again, with the clock by which it was written', async () => {
    const device = here();
    // Written a day ahead; then the clock was put right.
    await device.write(idsFrom('a', 20), NOW + 86_400_000);
    await device.write(idsFrom('b', 20));
    await device.packAll();
    const rows = await device.all();
    expect(rows.map(({ writtenMs }) => writtenMs)).toEqual([
      ...Array<number>(20).fill(NOW + 86_400_000),
      ...Array<number>(20).fill(NOW),
    ]);
    expect(await device.sharing.restamp(0, NOW)).toBe('restamped');
    expect(await device.db.packs.count()).toBe(0);
    const times = (await device.all()).map(({ entry }) => entry.time);
    expect(times.every((time) => msOfTime(time) <= NOW + 1)).toBe(true);
    expect(times).toEqual([...times].sort((one, other) => one - other));
    expect(await device.ids()).toEqual([...idsFrom('a', 20), ...idsFrom('b', 20)]);
  });
});

describe('packs from the relay', () => {
  const entries = idsFrom('r', 60).map((id, at) => sharedEntry(id, NOW + at));
  const blockOf = async (of: readonly Entry[]) => {
    const { hash, bytes } = await encodeEntries(of);
    return { hash, bytes };
  };
  const linked = async () => {
    const device = here();
    await device.sharing.meetRelay('first', DEVICE);
    return device;
  };

  test('[SYN-8] lie here as they came, after what was here, and the clock has passed them', async () => {
    const device = await linked();
    await device.write(['own']);
    const block = await blockOf(entries);
    expect(await device.sharing.addPulledPack(entries, 60, block)).toBe('more');
    expect((await device.db.packs.toArray()).map(({ bytes }) => bytes)).toEqual([block.bytes]);
    await device.write(['own-2'], NOW);
    const rows = await device.all(500);
    expect(rows.map(({ id }) => id)).toEqual(['own', ...entries.map(({ id }) => id), 'own-2']);
    expect(rows.slice(1, -1).map(({ entry }) => entry)).toEqual(entries);
    expect(rows.at(-1)?.entry.time).toBe(timeFromMs(NOW + 59) + 1);
    expect(new Set(rows.map(({ position }) => position)).size).toBe(62);
    expect([await device.sharing.cursor(), await device.entries.count()]).toEqual([60, 62]);
    expect(await device.sharing.addPulledPack(entries, 60, block)).toBe('nothing');
  });

  test('[SYN-9] what is known here stands once, shared, in the place that it had', async () => {
    const device = await linked();
    await device.write(['r0003', 'own', 'r0007']);
    expect(await device.sharing.addPulledPack(entries, 60, await blockOf(entries))).toBe('anew');
    const rows = await device.all(500);
    expect(rows.slice(0, 3).map(({ id, sharing }) => [id, sharing])).toEqual([
      ['r0003', 'shared'],
      ['own', 'pending'],
      ['r0007', 'shared'],
    ]);
    expect(rows.map(({ id }) => id as string).sort()).toEqual(['own', ...idsFrom('r', 60)]);
    expect(rows[0]?.entry).toEqual(entries[3]);
  });

  test('[SYN-9] few are kept one by one', async () => {
    const device = await linked();
    expect(await device.sharing.addPulledPack(entries.slice(0, 9), 9)).toBe('more');
    expect([await device.db.packs.count(), await device.entries.count()]).toEqual([0, 9]);
  });

  test('[SYN-9] what is shared but has not come back yet is not packed, nor what waits or is refused', async () => {
    const device = await linked();
    await device.write(idsFrom('e', 40));
    await device.sharing.settle(idsFrom('e', 30).map((id) => ({ id: id as EntryId, result: 'taken' })));
    expect(await device.packAll()).toBe(0);
    await device.sharing.addPulled(
      idsFrom('e', 30)
        .filter((_, at) => at % 10 !== 5)
        .map((id) => sharedEntry(id)),
      27,
    );
    await device.sharing.addPulled(
      idsFrom('n', 10).map((id) => sharedEntry(id)),
      37,
    );
    const before = await device.all();
    expect(await device.packAll()).toBe(2);
    expect(await device.all()).toEqual(before);
    const [pack] = await device.db.packs.toArray();
    expect([pack?.count, pack?.first, pack?.last]).toEqual([20, 1, 22]);
    expect(await device.sharing.counts()).toEqual({ pending: 10, refused: 0 });
  });

  test('[SYN-8] another relay store: all is single again, own ones are offered, nothing is pulled twice', async () => {
    const device = await linked();
    await device.write(['r0000', 'r0001']);
    await device.sharing.settle(['r0000', 'r0001'].map((id) => ({ id: id as EntryId, result: 'taken' })));
    const mine = entries.map((entry, at) => (at < 2 ? { ...entry, device: DEVICE } : entry));
    await device.sharing.addPulledPack(mine, 60, await blockOf(mine));
    await device.packAll(LITTLE);
    expect(await device.sharing.meetRelay('first', DEVICE)).toBe('known');
    expect(await device.db.packs.count()).toBeGreaterThan(0);
    expect(await device.sharing.meetRelay('second', DEVICE)).toBe('other');
    expect([await device.db.packs.count(), await device.sharing.cursor()]).toEqual([0, 0]);
    expect((await device.sharing.pending(10)).map(({ id }) => id)).toEqual(['r0000', 'r0001']);
    expect(await device.sharing.addPulledPack(mine, 60, await blockOf(mine))).toBe('nothing');
    expect(await device.entries.count()).toBe(60);
    expect(await device.sharing.counts()).toEqual({ pending: 0, refused: 0 });
  });

  test('[IMP-9] blocks that packed commits name are missed until they are here, and then not looked for', async () => {
    const device = await linked();
    const ref = { id: 'block-1' as BlockId, hash: 'h', rows: 1, sizeBytes: 1 };
    const commit = { ...entries[7], body: { kind: 'commit', blocks: [ref] } } as unknown as Entry;
    const pulled = entries.map((entry, at) => (at === 7 ? commit : entry));
    await device.sharing.addPulledPack(pulled, 60, await blockOf(pulled));
    expect(await device.sharing.missingBlocks()).toEqual([{ entry: 'r0007', blocks: [ref] }]);
    await createBlockStore(device.db).add([{ id: ref.id, hash: 'h', bytes: new Uint8Array(1) }]);
    expect(await device.sharing.missingBlocks()).toEqual([]);
    expect(await device.db.packs.where('waits').equals(1).count()).toBe(0);
  });
});

test(
  '[SYN-9] a device killed between any two transactions of packing and unpacking has each entry once',
  { timeout: 90_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(6), fc.constantFrom('pack', 'meet'), async (survived, what) => {
        const { db } = testDatabase();
        const device = packedDevice(db);
        await device.write(idsFrom('e', 40));
        if (what === 'meet') await device.packAll();
        const before = await device.all();
        const killed = dyingAfter(db, survived);
        const run = what === 'pack' ? device.packAll() : device.sharing.restamp(60_000, NOW + 60_000);
        const ended = await run.then(
          () => 'done',
          () => 'killed',
        );
        killed.end();
        const after = await packedDevice(db).all();
        expect(after.map(({ id, position }) => [id, position])).toEqual(
          before.map(({ id, position }) => [id, position]),
        );
        if (ended === 'killed') expect(after).toEqual(before);
        expect(await device.entries.count()).toBe(40);
      }),
      { numRuns: 8 },
    );
  },
);
