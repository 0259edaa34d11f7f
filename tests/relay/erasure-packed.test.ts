/** Somebody is erased whose entries lie in packs: of her nothing is left, of others everything, cut off wherever. */
import 'fake-indexeddb/auto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createAudienceLog } from '#app/audience-log';
import type { DeviceId, EntryId } from '#domain/ids';
import { canonicalState } from '#log/canonical';
import { createFold } from '#log/fold';
import type { Entry } from '#log/types';
import { createAudience } from '#relay/audience/audience';
import { createBlocks, type Blocks } from '#relay/blocks/blocks';
import { createFolderBlockFiles } from '#relay/blocks/folder-block-files';
import { createErasures } from '#relay/erasure/erasures';
import { createLog } from '#relay/log';
import { packOnce } from '#relay/packing';
import { createSqliteStore } from '#relay/store/sqlite';
import type { RelayStore } from '#relay/store/types';
import { createPackStore } from '#storage/pack-store';
import { openAudienceRelay, type AudienceRelay } from '#tests/builders/audience-relay';
import { rowOf } from '#tests/builders/blocks';
import { change, commit, SALT } from '#tests/builders/entries';
import { idsFrom } from '#tests/builders/entry-drafts';
import {
  canariesIn,
  createErasureWorld,
  EVE,
  EVE_KEYS,
  PHONE,
  type ErasureDevice,
} from '#tests/builders/erasure-world';
import { packLog } from '#tests/builders/pack-log';
import { START, WORKSPACE } from '#tests/builders/store-rows';
import { readFolder } from '#tests/builders/stored-files';

const HERS = rowOf('phone', PHONE, { name: 'Evelyn Canary', email: 'eve@canary.example' });
const HIS = rowOf('phone', '+420777000112', { name: 'Adam' });
const quiet = createLog('error', { write: () => undefined });

async function stateOf({ entries, blocks }: ErasureDevice) {
  const fold = createFold(SALT);
  await createAudienceLog({ entries, blocks, fold, pause: () => Promise.resolve() }).foldAnew();
  return canonicalState(fold);
}

it('[CON-10] over HTTP, from packs of the relay and of a device; a new one has what the old one has', async () => {
  const world = await createErasureWorld();
  const { store, blocks, metrics, clock } = world.relay;
  try {
    const there = await world.device('there');
    await there.import('both', [HERS, HIS]);
    await there.edit({ ...HERS, birth: false, cells: { name: 'Evelyn Canary II' } });
    await there.edit(HERS);
    for (const id of idsFrom('other', 1_000)) await there.edit(rowOf('userId', id, { name: id }));
    for (let round = 0; round < 2; round += 1) expect(await there.share()).toBe('current');
    const workspace = (await store.workspace())?.id ?? WORKSPACE;
    const pack = () =>
      packOnce({
        ...{ store, blocks, metrics, log: quiet, now: () => clock.now + 60_000, afterMs: 1, least: 1_000 },
        newId: () => crypto.randomUUID(),
      });
    expect(await pack()).toBe('packed');
    const early = await world.device('early');
    expect(await early.share()).toBe('current');
    expect(await early.db.packs.count()).toBe(1);
    const little = { above: 10, keep: 1, least: 5, most: 400 };
    while ((await createPackStore(there.db).packOld(little)) === 'packed');
    expect(await there.db.packs.count()).toBeGreaterThan(1);
    for (const found of [await world.found(), await there.found(), await early.found()])
      expect(found).toEqual(expect.arrayContaining(['777000111', 'eve@canary', 'Evelyn Canary']));

    await world.erase([EVE]);
    expect(await world.found()).toEqual([]);
    expect(await store.packs(workspace)).toEqual([]);
    expect(await pack()).toBe('packed');
    const late = await world.device('late');
    for (const device of [there, early, late]) {
      while ((await device.share()) !== 'current');
      expect(await device.found()).toEqual([]);
    }
    const state = await stateOf(late);
    expect(await stateOf(there)).toEqual(state);
    expect(await stateOf(early)).toEqual(state);
    expect(JSON.stringify(state)).toContain('Adam');
    expect(await world.found()).toEqual([]);
  } finally {
    await world.close();
  }
}, 120_000);

it('[CON-10] a pack that was under way while she was erased is not written', async () => {
  const relay = await begun();
  try {
    await takeUp(relay.store, relay.folder);
    await relay.write([change(HERS, { ms: START - 1, id: 'of-whoever-has-her-phone' })]);
    await relay.write(idsFrom('other', 1_000).map((id) => change(rowOf('userId', id), { ms: START - 1, id })));
    let isErased = false;
    const blocks: Pick<Blocks, 'put'> = {
      async put(...given) {
        await beginErasure(relay, 'again');
        await takeUp(relay.store, relay.folder);
        isErased = true;
        return relay.blocks.put(...given);
      },
    };
    const metrics = { entriesPacked: () => undefined };
    const newId = () => 'a-pack';
    const packing = {
      store: relay.store,
      blocks,
      metrics,
      log: quiet,
      now: () => START + 60_000,
      afterMs: 1,
      least: 1_000,
      newId,
    };
    expect(await packOnce(packing)).toBe('nothing');
    expect(isErased).toBe(true);
    expect(await relay.store.unfinishedErasures()).toEqual([]);
    expect(canariesIn(await readFolder(relay.folder))).toEqual([]);
  } finally {
    await relay.remove();
  }
});

const HISTORY = [
  commit([[HERS, HIS], [HERS]], { ms: 1_000, id: 'import' }),
  change(rowOf('phone', PHONE, { name: 'Evelyn Canary II' }, { birth: false }), { ms: 2_000, id: 'hers' }),
  change(HIS, { ms: 2_500, id: 'his' }),
  change(HERS, { ms: 3_000, id: 'by-hand' }),
  change(rowOf('userId', 'olga', { name: 'Olga' }), { ms: 4_000, id: 'olga' }),
];

/** A packed log with her in it, a pack that was made for nothing, and an erasure that is begun. */
async function begun(): Promise<AudienceRelay> {
  const relay = await openAudienceRelay();
  await relay.write(HISTORY);
  await packLog(relay, 3);
  const dies = { ...relay.store, packEntries: () => Promise.reject(new Error('killed')) };
  await relay.write([
    change(rowOf('phone', PHONE, { birthday: '1990-01-01' }, { birth: false }), { ms: 5_000, id: 'last' }),
  ]);
  await expect(packLog({ ...relay, store: dies }, 2)).rejects.toThrow('killed');
  await beginErasure(relay, 'erasure');
  return relay;
}

const beginErasure = (relay: AudienceRelay, id: string) =>
  relay.store.beginErasure({
    ...{ workspace: WORKSPACE, key: id, entry: id as EntryId, device: 'relay' as DeviceId, author: 'm', now: START },
    body: { kind: 'erasure', contacts: [EVE], keys: EVE_KEYS },
  });

/** Takes up what is begun; from that write on nothing is written any more, as when the process is gone. */
async function takeUp(store: RelayStore, folder: string, survived = Infinity): Promise<void> {
  let left = survived;
  const dying = <Part extends object>(part: Part, writes: readonly (keyof Part)[]): Part => {
    const changed = { ...part };
    for (const name of writes) {
      const run = part[name] as (...given: unknown[]) => Promise<unknown>;
      changed[name] = ((...given: unknown[]) => {
        left -= 1;
        return left < 0 ? Promise.reject(new Error('killed')) : run(...given);
      }) as Part[typeof name];
    }
    return changed;
  };
  const mortal = dying(store, [
    ...(['unpackEntries', 'replaceEntry', 'announceBlock', 'keepBlock', 'releaseBlock', 'forgetBlock'] as const),
    ...(['dropReports', 'finishErasure'] as const),
  ]);
  const files = dying(createFolderBlockFiles(join(folder, 'blocks')), ['put', 'remove']);
  const blocks = createBlocks({ store: mortal, files });
  const audience = createAudience({ store, blocks, log: quiet });
  const onErased = () => undefined;
  const erasures = createErasures({ store: mortal, blocks, audience, log: quiet, now: () => START, onErased });
  await erasures.takeUp();
  await erasures.settled();
}

it('[CON-10] a relay that is killed at any write of it ends it at its next start, as if it had not been', async () => {
  let texts: readonly string[] | undefined;
  let kills = 0;
  for (let done = false; !done; kills += 1) {
    const relay = await begun();
    try {
      if (kills === 0) expect(canariesIn(await readFolder(relay.folder))).toContain('Evelyn Canary');
      await takeUp(relay.store, relay.folder, kills);
      done = (await relay.store.unfinishedErasures()).length === 0;
      await relay.store.close();
      const store = createSqliteStore(join(relay.folder, 'relay.sqlite'));
      await takeUp(store, relay.folder);
      expect(await store.unfinishedErasures(), `killed at write ${String(kills)}`).toEqual([]);
      expect(canariesIn(await readFolder(relay.folder)), `killed at write ${String(kills)}`).toEqual([]);
      const { items } = await store.entriesAfter(WORKSPACE, 0, 100, 1_000_000);
      const left = items.map(({ json }) => withoutNames(JSON.parse(json) as Entry));
      texts ??= left;
      expect(left).toEqual(texts);
      await store.close();
    } finally {
      await rm(relay.folder, { recursive: true });
    }
  }
  expect(kills).toBeGreaterThan(15);
  expect(texts?.join()).toContain('Olga');
}, 120_000);

/** Blocks that she was taken out of have new names each time. */
const withoutNames = ({ body, ...entry }: Entry) =>
  JSON.stringify({ ...entry, body }, (name, value: unknown) =>
    name === 'blocks' ? (value as unknown[]).length : value,
  );
