/** A restore that is killed: either nothing is to be seen, or it can be done again, and what stood stays. */
import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import { clearAnnounced, type RestoreParts, type RestoreTarget } from '#app/restore-backup';
import type { BlockId } from '#domain/ids';
import {
  backupDevice,
  memoryRegistry,
  restoreParts,
  WORKSPACE,
  type BackupDevice,
} from '#tests/builders/backup-device';
import { birthsOf } from '#tests/builders/audience';
import { change, erasure, ids } from '#tests/builders/entries';
import { rowOf } from '#tests/builders/blocks';
import { testDatabase } from '#tests/storage/workspace';

const ana = birthsOf([{ phone: '+420777000001', name: 'Ana' }], 1_000);
const bela = birthsOf([{ phone: '+420777000002', name: 'Bela' }], 2_000);
const city = change(rowOf('phone', '+420777000001', { 'x:city': 'Praha' }), { ms: 3_000, id: 'city' });

async function fileOf(...history: (typeof ana)[]): Promise<Blob> {
  const device = backupDevice(testDatabase().db);
  await device.put(history, () => 'pending');
  device.doc.getMap('groups').set('a/name', 'Fair');
  return device.save();
}

/** The process dies at the call: nothing after it runs, not even what would tidy up. */
function killedAt(call: number, parts: RestoreParts): { parts: RestoreParts; dead: Promise<'dead'> } {
  const { promise, resolve } = Promise.withResolvers<'dead'>();
  let calls = 0;
  const mortal = <Group extends object>(group: Group): Group =>
    new Proxy(group, {
      get(whole, name) {
        const value = Reflect.get(whole, name) as unknown;
        if (typeof value !== 'function') return value;
        return async (...given: unknown[]) => {
          calls += 1;
          if (calls !== call) return (value as (...all: unknown[]) => unknown).apply(whole, given);
          resolve('dead');
          return new Promise(() => undefined);
        };
      },
    });
  const target = async (workspace: typeof WORKSPACE.id): Promise<RestoreTarget> => {
    const { backup, blocks, addContent, close } = await parts.target(workspace);
    const single = mortal({ addContent, close });
    return { backup: mortal(backup), blocks: mortal(blocks), addContent: single.addContent, close: single.close };
  };
  return { parts: { ...parts, target, registry: mortal(parts.registry) }, dead: promise };
}

async function restoreKilledAt(call: number, file: Blob, device: BackupDevice, parts: RestoreParts) {
  const killed = killedAt(call, parts);
  return Promise.race([device.restore(file, killed.parts), killed.dead]);
}

test('[APP-4] killed at any step, a restored workspace is not there, and then is there whole', async () => {
  const file = await fileOf(ana, bela, city);
  let kills = 0;
  for (let call = 1; ; call += 1) {
    const device = backupDevice(testDatabase().db);
    const registry = memoryRegistry();
    const parts = restoreParts(device, registry);
    if ((await restoreKilledAt(call, file, device, parts)) !== 'dead') break;
    kills += 1;
    expect(await registry.list()).toEqual([]);
    // The next start clears away what was left, or the next restore does.
    if (call % 2 === 0) {
      await clearAnnounced(parts);
      for (const table of device.db.tables) expect(await table.count()).toBe(0);
      expect(await registry.announced()).toEqual([]);
    }
    expect(await device.restore(file, parts)).toMatchObject({ kind: 'restored', entries: 3 });
    expect((await registry.list()).map(({ id, device: own }) => [id, own])).toEqual([[WORKSPACE.id, 'device-new']]);
    expect(await device.ids()).toHaveLength(3);
  }
  expect(kills).toBeGreaterThan(8);
});

test('[APP-4] killed at any step, a workspace that is here keeps what it has, and then has the rest', async () => {
  const file = await fileOf(ana, bela, city);
  const whole = backupDevice(testDatabase().db);
  await whole.put([ana, city], () => 'shared');
  await whole.restore(file, { registry: memoryRegistry([WORKSPACE]) });
  for (let call = 1; ; call += 1) {
    const device = backupDevice(testDatabase().db);
    await device.put([ana, city], () => 'shared');
    const stood = await device.all();
    const parts = restoreParts(device, memoryRegistry([WORKSPACE]));
    const result = await restoreKilledAt(call, file, device, parts);
    expect((await device.all()).slice(0, 2)).toEqual(stood);
    if (result !== 'dead') break;
    expect(await device.restore(file, parts)).toMatchObject({ kind: 'restored' });
    expect(await device.ids()).toEqual(await whole.ids());
    expect(await device.fold()).toBe(await whole.fold());
  }
});

test('[APP-4] a block in the file never takes the place of one that stands here', async () => {
  const file = await fileOf(ana);
  const device = backupDevice(testDatabase().db);
  const [block] = ana.blocks.keys();
  await device.blocks.add([{ id: block as BlockId, hash: 'of others', bytes: Uint8Array.of(1, 2, 3) }]);
  await device.restore(file, { registry: memoryRegistry([WORKSPACE]) });
  expect((await device.blocks.get([block as BlockId]))[0]?.hash).toBe('of others');
});

test('[APP-4] a workspace of the same id and another salt is none of ours', async () => {
  const device = backupDevice(testDatabase().db);
  const registry = memoryRegistry([{ ...WORKSPACE, salt: 'BBECAwQFBgcICQoLDA0ODw' }]);
  expect(await device.restore(await fileOf(ana), { registry })).toEqual({ kind: 'refused', problem: 'otherSalt' });
  expect(await device.ids()).toEqual([]);
});

test('[APP-4] a full disk leaves nothing behind, and says so', async () => {
  const device = backupDevice(testDatabase().db);
  const registry = memoryRegistry();
  const parts = restoreParts(device, registry);
  const target = async (workspace: typeof WORKSPACE.id) => ({
    ...(await parts.target(workspace)),
    addContent: () => Promise.reject(Object.assign(new Error('full'), { name: 'QuotaExceededError' })),
  });
  expect(await device.restore(await fileOf(ana), { ...parts, target })).toEqual({
    kind: 'refused',
    problem: 'storageFull',
  });
  expect([
    await registry.list(),
    await registry.announced(),
    await device.blocks.present([...ana.blocks.keys()]),
  ]).toEqual([[], [], new Set()]);
});

test('[CON-10] a backup from before an erasure brings nobody back: what it added is filtered before it is shared', async () => {
  const file = await fileOf(ana, bela);
  const device = backupDevice(testDatabase().db);
  const erased = ids.idOf('phone', '+420777000001', 0);
  await device.put([erasure([erased], { ms: 4_000, id: 'erased' })], () => 'shared');
  await device.restore(file, { registry: memoryRegistry([WORKSPACE]) });
  expect(await device.meta.get('erasing')).toEqual(['erased']);
  expect(await device.fold()).not.toContain('+420777000001');
  // Where nothing was missing, nothing is to be done again.
  await device.meta.set('erasing', []);
  await device.restore(file, { registry: memoryRegistry([WORKSPACE]) });
  expect(await device.meta.get('erasing')).toEqual([]);
});
