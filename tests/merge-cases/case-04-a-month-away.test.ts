/** Merge case 4: a phone comes back with unshared work after everything that it knew was packed. */
import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Row } from '#log/types';
import { rowOf } from '#tests/builders/blocks';
import { idsFrom } from '#tests/builders/entry-drafts';
import { entryOf, ids } from '#tests/builders/entries';
import { createPackingRelay, type PackingRelay } from '#tests/builders/packing-relay';
import { START, WORKSPACE } from '#tests/builders/store-rows';
import { testDatabase } from '#tests/storage/workspace';
import { sharingDevice } from './sharing-device.ts';

const DAY_MS = 86_400_000;

let relay: PackingRelay;
beforeEach(async () => {
  relay = await createPackingRelay();
});
afterEach(() => relay.close());

const phone = (at: number) => `+420777${String(100_000 + at)}`;
const born = (at: number): Row => rowOf('phone', phone(at), { name: `Person ${String(at)}`, 'x:city': 'Brno' });
const edit = (at: number, cells: Row['cells']): Row => ({ ...rowOf('phone', phone(at), {}, { birth: false }), cells });
const said = (fold: string, at: number) => {
  const { contacts } = JSON.parse(fold) as { contacts: { id: string }[] };
  return JSON.stringify(contacts.find(({ id }) => id === ids.idOf('phone', phone(at), 0)));
};

test(
  'case 4: all 500 edits and 2,000 contacts arrive, nothing is taken back, nobody erased returns',
  { timeout: 120_000 },
  async () => {
    const eve = 1_999;
    const away = sharingDevice(testDatabase().db, relay.client, 'away');
    const colleague = sharingDevice(testDatabase().db, relay.client, 'colleague');

    away.now = colleague.now = START - 40 * DAY_MS;
    await relay.write(
      idsFrom('birth', 1_200).map((id, at) => entryOf({ ...changeBody(born(at)) }, { ms: away.now, id })),
    );
    const share = async (device: typeof away) => {
      const { now } = device;
      device.now = START;
      expect(await device.share()).toBe('current');
      device.now = now;
    };
    await share(away);
    await share(colleague);

    away.now = START - 30 * DAY_MS;
    for (let at = 0; at < 500; at += 1)
      await away.change(`edit-${String(at)}`, edit(at, { name: `Away ${String(at)}` }));
    // Of who was there already a file's row holds what differs: here the name, not the city.
    const known = Array.from({ length: 200 }, (_, at) => edit(at + 600, { name: `File ${String(at)}` }));
    const added = Array.from({ length: 1_800 }, (_, at) => born(2_000 + at));
    await away.import('F1', [...known, ...added.slice(1), born(eve)]);

    colleague.now = START - 20 * DAY_MS;
    for (let at = 600; at < 800; at += 1)
      await colleague.change(`city-${String(at)}`, edit(at, { 'x:city': 'Prague' }));
    await share(colleague);
    const key = ids.idOf('phone', phone(eve), 0);
    await relay.write([
      entryOf(
        { kind: 'erasure', contacts: [key], keys: [key] },
        { ms: START - 10 * DAY_MS, id: 'erasure', device: 'relay' },
      ),
    ]);
    while ((await relay.pack()) === 'packed');
    expect(relay.packed.reduce((sum, count) => sum + count, 0)).toBe(await relay.store.lastPosition(WORKSPACE));

    await share(away);
    expect(await away.sharing.counts()).toEqual({ pending: 0, refused: 0 });
    await share(colleague);
    const fold = await colleague.fold();
    expect(await away.fold()).toBe(fold);
    expect((await colleague.ids()).toSorted()).toEqual((await away.ids()).toSorted());
    expect(new Set(await away.ids()).size).toBe(1_200 + 500 + 1 + 200 + 1);

    for (const at of [0, 499]) expect(said(fold, at)).toContain(`Away ${String(at)}`);
    for (const at of [600, 799]) expect(said(fold, at)).toMatch(/File \d+.*Prague|Prague.*File \d+/);
    for (const at of [2_001, 3_799]) expect(said(fold, at)).toContain(`Person ${String(at)}`);
    expect(said(fold, eve)).toBe(undefined);
    expect(fold).not.toContain(phone(eve));
  },
);

const changeBody = (row: Row) => ({ kind: 'change', row, joins: [], leaves: [] });
