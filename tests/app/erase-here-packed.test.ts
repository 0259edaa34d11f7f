/** Somebody is erased whose entries lie in packs of this device: nothing of her stays, killed between any two writes too. */
import 'fake-indexeddb/auto';
import { expect, it } from 'vitest';
import type { BlockId, DeviceId, EntryId, WorkspaceId } from '#domain/ids';
import { eraseHere, type EraseParts } from '#app/erase-here';
import { encodeRows } from '#log/block';
import { encodeEntries } from '#log/entry-block';
import type { CommitBody, Entry } from '#log/types';
import { createBlockStore } from '#storage/block-store';
import { createDatabase, type AppDatabase } from '#storage/database';
import { createErasureStore } from '#storage/erasure-store';
import { createImportStore } from '#storage/import-store';
import { columnsOfRows, rowOf } from '#tests/builders/blocks';
import { entryOf, ids, SALT } from '#tests/builders/entries';
import { idsFrom } from '#tests/builders/entry-drafts';
import { readDatabase } from '#tests/builders/stored-texts';
import { dyingAfter, LITTLE, packedDevice, sharedEntry } from '#tests/storage/packed-device';

const PHONE = '+420777000111';
const CANARIES = ['777000111', 'eve@canary', 'Evelyn Canary'];
const eve = ids.idOf('phone', PHONE, 0);
const keys = [eve, ids.idOf('email', 'eve@canary.example', 0)];
const her = rowOf('phone', PHONE, { name: 'Evelyn Canary', email: 'eve@canary.example' });
const his = rowOf('phone', '+420777000112', { name: 'Adam' });
const author = { author: 'member' };
const erasure: Entry = {
  ...entryOf({ kind: 'erasure', contacts: [eve], keys }, { ms: 9_000, id: 'erasure' }),
  ...author,
};
const LATER = idsFrom('later', 8);

const changeOf = (row: typeof her, id: string, ms: number): Entry => ({
  ...entryOf({ kind: 'change', row, joins: [], leaves: [] }, { ms, id }),
  ...author,
});

let made = 0;
const partsOf = (db: AppDatabase): EraseParts => ({
  ...{ erasures: createErasureStore(db), blocks: createBlockStore(db), imports: createImportStore(db), salt: SALT },
  newBlockId: () => `new-${String((made += 1))}` as BlockId,
  pause: () => Promise.resolve(),
});

/**
 * A single change of her, her birth by hand and an import, in packs as they came from the relay and in packs that were
 * made here; `where` the erasure came: alone, or within a pack that brings more of her.
 */
async function fill(where: 'alone' | 'inPack') {
  const db = createDatabase(`packed-${String((made += 1))}` as WorkspaceId);
  const device = packedDevice(db, 5);
  await device.sharing.meetRelay('relay', 'here' as DeviceId);
  const { bytes, ...ref } = await encodeRows(columnsOfRows([her, his]));
  const body: CommitBody = {
    ...{ kind: 'commit', source: 'import', weight: 'strong', joins: [], leaves: [], newGroups: [] },
    blocks: [{ id: 'import' as BlockId, ...ref }],
  };
  await createBlockStore(db).add([{ id: 'import' as BlockId, hash: ref.hash, bytes }]);
  const pulled = [
    { ...entryOf(body, { ms: 1_000, id: 'import' }), ...author },
    changeOf({ ...her, birth: false, cells: { name: 'Evelyn Canary II' } }, 'change', 2_000),
    changeOf(her, 'by-hand', 3_000),
    ...idsFrom('other', 4).map((id) => sharedEntry(id)),
  ];
  await device.sharing.addPulledPack(pulled, 7, await encodeEntries(pulled));
  // One by one, and packed here.
  const single = [...idsFrom('single', 24).map((id) => sharedEntry(id)), changeOf(her, 'again', 4_000)];
  const newest = idsFrom('newest', 6).map((id) => sharedEntry(id));
  await device.sharing.addPulled([...single, ...newest], 38);
  await device.packAll(LITTLE);
  const last =
    where === 'alone'
      ? [erasure]
      : [
          changeOf({ ...her, cells: { name: 'Evelyn Canary III' } }, 'late', 5_000),
          erasure,
          ...LATER.map((id) => sharedEntry(id)),
        ];
  await device.sharing.addPulledPack(last, 38 + last.length, await encodeEntries(last));
  return { db, device, order: [...pulled, ...single, ...newest, ...last].map(({ id }) => id) };
}

const found = async (db: AppDatabase) => {
  const texts = await readDatabase(db);
  return CANARIES.filter((canary) => texts.some((text) => text.includes(canary)));
};

it.each(['alone', 'inPack'] as const)(
  '[CON-10] from packs, where the erasure came %s; killed at any write it ends as if it had not been',
  async (where) => {
    let kills = 0;
    for (let done = false; !done; kills += 1) {
      const { db, device, order } = await fill(where);
      expect(await db.packs.count()).toBeGreaterThan(where === 'alone' ? 1 : 2);
      expect(await found(db)).toEqual(CANARIES);
      const killed = dyingAfter(db, kills);
      done = await eraseHere(partsOf(db)).then(
        () => true,
        () => false,
      );
      killed.end();
      expect(await device.ids()).toEqual(order);
      expect(await createErasureStore(db).unfinished()).toHaveLength(done ? 0 : 1);
      // Nothing is packed before it is done.
      if (!done) expect(await device.packAll(LITTLE)).toBe(0);
      await eraseHere(partsOf(db));
      expect(await found(db), `killed at write ${String(kills)}`).toEqual([]);
      const all = await device.all();
      expect(all.map(({ id }) => id)).toEqual(order);
      expect(all.filter(({ entry }) => entry.id === ('erasure' as EntryId))).toMatchObject([{ entry: erasure }]);
      expect(await device.packAll(LITTLE)).toBeGreaterThan(0);
      expect(await device.all()).toEqual(all);
      expect(await found(db)).toEqual([]);
      expect((await readDatabase(db)).join()).toContain('Adam');
    }
    expect(kills).toBeGreaterThan(4);
  },
  60_000,
);
