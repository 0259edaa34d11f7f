/** Merge case 12: what was shared outlives the device; copies of a device lose nothing and take nothing for another's. */
import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import type { DeviceId, EntryId } from '#domain/ids';
import { encodeRows } from '#log/block';
import type { ChangeBody, CommitBody, Entry } from '#log/types';
import type { PushRequest, PushResult } from '#protocol/log';
import { createLogSharing } from '#sync/share-log';
import { backupDevice, clear, type BackupDevice } from '#tests/builders/backup-device';
import { columnsOfRows, rowOf } from '#tests/builders/blocks';
import { createLogRelay, type LogClient, type LogRelay } from '#tests/builders/log-relay';
import { testDatabase } from '#tests/storage/workspace';

const NOW = 1_800_000_000_000;

/** A session as the relay keeps it: bound to the device of its first push, it takes no entry of another. */
function signIn(relay: LogRelay): LogClient {
  let bound: DeviceId | undefined;
  return {
    ...relay.client,
    async push(request: PushRequest) {
      bound ??= request.device;
      const results: PushResult[] = [];
      for (const value of request.entries) {
        const { id, device } = value as Entry;
        const isKnown = relay.entries.some((entry) => entry.id === id);
        if (!isKnown && (device !== bound || request.device !== bound)) {
          results.push({ id, result: 'refused', reason: 'device' });
          continue;
        }
        const answer = await relay.client.push({ ...request, entries: [value] });
        if (answer.kind !== 'answer') return answer;
        results.push(...answer.value.results);
      }
      return { kind: 'answer', value: { results, nowMs: relay.nowMs, incarnation: relay.incarnation } };
    },
  };
}

function running(device: BackupDevice, name: string, client: LogClient) {
  const heard: string[] = [];
  const { share } = createLogSharing({
    ...{ relay: client, sharing: device.sharing, blocks: device.blocks, device: name as DeviceId },
    ...{ now: () => NOW, onChange: (how: string) => heard.push(how) },
  });
  return {
    ...device,
    heard,
    share,
    async write(id: string, phone: string, value = id): Promise<void> {
      const body: ChangeBody = { kind: 'change', row: rowOf('phone', phone, { name: value }), joins: [], leaves: [] };
      await device.entries.add({ id: id as EntryId, device: name as DeviceId, body }, NOW);
    },
    async import(id: string, block: string, phone: string): Promise<void> {
      const { bytes, ...ref } = await encodeRows(columnsOfRows([rowOf('phone', phone, { name: block })]));
      const named = { id: block as CommitBody['blocks'][number]['id'], ...ref };
      const body: CommitBody = {
        ...{ kind: 'commit', source: 'import', weight: 'strong', blocks: [named] },
        ...{ joins: [], leaves: [], newGroups: [] },
      };
      const draft = { id: id as EntryId, device: name as DeviceId, body };
      await device.entries.add(draft, NOW, [{ id: named.id, hash: ref.hash, bytes }]);
    },
  };
}
type Running = ReturnType<typeof running>;

/** A second one over a copy of all that lies on the disk: a copied profile. */
async function copied(device: BackupDevice): Promise<BackupDevice> {
  const copy = backupDevice(testDatabase().db);
  for (const table of device.db.tables) {
    const rows = (await table.toArray()) as unknown[];
    if (table.schema.primKey.keyPath) await copy.db.table(table.name).bulkPut(rows);
    else await copy.db.table(table.name).bulkPut(rows, (await table.toCollection().primaryKeys()) as string[]);
  }
  return copy;
}

async function settled(relay: LogRelay, ...devices: readonly Running[]): Promise<void> {
  for (let round = 0; round < 3; round += 1) for (const device of devices) expect(await device.share()).toBe('current');
  const [first] = devices as [Running];
  for (const device of devices) {
    expect(await device.sharing.counts()).toEqual({ pending: 0, refused: 0 });
    expect(await device.ids()).toEqual(relay.entries.map(({ id }) => id).sort());
    for (const { entry } of await device.all()) expect(entry).toEqual(relay.entries.find(({ id }) => id === entry.id));
    expect(await device.fold()).toBe(await first.fold());
  }
  expect(new Set(relay.entries.map(({ id }) => id)).size).toBe(relay.entries.length);
}

test('[case 12] storage evicted right after "shared with the team": all is there at the relay', async () => {
  const relay = createLogRelay();
  const { db } = testDatabase();
  const one = running(backupDevice(db), 'one', signIn(relay));
  await one.write('a', '+420777000001');
  await one.import('import-1', 'block-1', '+420777000002');
  await one.share();
  const fold = await one.fold();
  await clear(db);
  const again = running(backupDevice(db), 'one-again', signIn(relay));
  await settled(relay, again);
  expect(await again.fold()).toBe(fold);
});

test('[case 12] two copies of a profile share a device and its session; nothing is lost or taken for another', async () => {
  const relay = createLogRelay();
  const session = signIn(relay);
  const device = backupDevice(testDatabase().db);
  const one = running(device, 'one', session);
  await one.write('before', '+420777000001');
  await one.share();
  await one.write('unshared', '+420777000001');
  const other = running(await copied(device), 'one', session);
  // At the same instant, of the same contact, by the same device.
  await one.write('x-of-one', '+420777000001', 'said by the one');
  await other.write('a-of-other', '+420777000001', 'said by the other');
  // An import that both had ready, written by each on what it knew.
  await one.import('import-same', 'block-of-one', '+420777000003');
  await other.import('import-same', 'block-of-other', '+420777000003');
  await settled(relay, one, other);
  expect(await one.ids()).toEqual(['a-of-other', 'before', 'import-same', 'unshared', 'x-of-one']);
  expect(other.heard).toContain('anew');
});

test.each(['original', 'restored'] as const)(
  '[case 12] a backup restored on another device, the %s shares first: each entry once, the same everywhere',
  async (first) => {
    const relay = createLogRelay();
    const one = running(backupDevice(testDatabase().db), 'one', signIn(relay));
    await one.write('shared', '+420777000001');
    await one.share();
    await one.write('pending', '+420777000001');
    await one.import('import-pending', 'block-1', '+420777000002');
    const file = await one.save();
    const copy = backupDevice(testDatabase().db);
    expect(await copy.restore(file)).toMatchObject({ entries: 3 });
    const restored = running(copy, 'device-new', signIn(relay));
    await one.write('later', '+420777000001');
    await restored.write('elsewhere', '+420777000001');
    await settled(relay, ...(first === 'original' ? [one, restored] : [restored, one]));
    expect(relay.entries.map(({ id }) => id).sort()).toEqual([
      'elsewhere',
      'import-pending',
      'later',
      'pending',
      'shared',
    ]);
    const own = first === 'original' ? 'one' : 'device-new';
    expect(relay.entries.find(({ id }) => id === 'pending')?.device).toBe(own);
  },
);

test('[case 12] a backup restored under the old session is asked to sign in, and nothing of it is lost', async () => {
  const relay = createLogRelay();
  const session = signIn(relay);
  const one = running(backupDevice(testDatabase().db), 'one', session);
  await one.write('shared', '+420777000001');
  await one.share();
  await one.write('pending', '+420777000002');
  const copy = backupDevice(testDatabase().db);
  await copy.restore(await one.save());
  expect(await running(copy, 'device-new', session).share()).toBe('signedOut');
  expect(await copy.sharing.counts()).toEqual({ pending: 1, refused: 0 });
  await settled(relay, running(copy, 'device-new', signIn(relay)));
});

test('[case 12] the relay is a new one and only a backup is left: what the lost device wrote is offered again', async () => {
  const relay = createLogRelay();
  const one = running(backupDevice(testDatabase().db), 'one', signIn(relay));
  await one.write('a', '+420777000001');
  await one.import('import-1', 'block-1', '+420777000002');
  await one.share();
  const copy = backupDevice(testDatabase().db);
  await copy.restore(await one.save());
  const anew = createLogRelay();
  anew.incarnation = 'another';
  await settled(anew, running(copy, 'device-new', signIn(anew)), running(one, 'one', signIn(anew)));
  expect(anew.entries).toHaveLength(2);
});

test('[case 12] what was restored keeps its time, however wrong this device is by the relay', async () => {
  const relay = createLogRelay();
  const one = running(backupDevice(testDatabase().db), 'one', signIn(relay));
  await one.write('pending', '+420777000001');
  const [written] = await one.all();
  const copy = backupDevice(testDatabase().db);
  await copy.restore(await one.save());
  relay.nowMs = NOW + 3_600_000;
  await settled(relay, running(copy, 'device-new', signIn(relay)));
  expect(relay.entries[0]?.time).toBe(written?.entry.time);
});
