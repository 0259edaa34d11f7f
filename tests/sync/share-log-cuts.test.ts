/**
 * A device killed after any one of the storage transactions of its rounds, and started again on what lies there: with
 * sound and with lost answers, nothing is lost, nothing is twice, and every round goes on to the same end.
 */
import 'fake-indexeddb/auto';
import { describe, expect, test } from 'vitest';
import type { BlockId, DeviceId, EntryId } from '#domain/ids';
import { encodeRows } from '#log/block';
import type { CommitBody } from '#log/types';
import { createBlockStore } from '#storage/block-store';
import type { AppDatabase } from '#storage/database';
import { createEntryStore } from '#storage/entry-store';
import { createSharingStore } from '#storage/sharing-store';
import { createLogSharing } from '#sync/share-log';
import { columnsOfRows, rowOf } from '#tests/builders/blocks';
import { createLogRelay, type LogRelay } from '#tests/builders/log-relay';
import { testDatabase } from '#tests/storage/workspace';

const NOW = 1_800_000_000_000;

class Killed extends Error {}

/** Each call of a store is a transaction; after so many of them the device is dead, whatever it still wanted to do. */
function dyingAfter<Store extends object>(store: Store, life: { left: number }): Store {
  return new Proxy(store, {
    get(target, name, receiver) {
      const method: unknown = Reflect.get(target, name, receiver);
      if (typeof method !== 'function') return method;
      return async (...inputs: unknown[]): Promise<unknown> => {
        if (life.left <= 0) throw new Killed();
        const answer: unknown = await Reflect.apply(method, target, inputs);
        life.left -= 1;
        if (life.left <= 0) throw new Killed();
        return answer;
      };
    },
  });
}

function sharerOn(db: AppDatabase, relay: LogRelay, life: { left: number }, clockErrorMs: number) {
  return createLogSharing({
    relay: relay.client,
    sharing: dyingAfter(createSharingStore(db), life),
    blocks: dyingAfter(createBlockStore(db), life),
    device: 'one' as DeviceId,
    now: () => NOW + clockErrorMs,
    onChange: () => undefined,
  });
}

async function writeSome(db: AppDatabase, device: string, nowMs: number): Promise<void> {
  const entries = createEntryStore(db);
  for (let at = 0; at < 4; at += 1) {
    const row = rowOf('phone', `+42077700000${String(at)}`, { name: `${device} ${String(at)}` });
    const id = `${device}-${String(at)}` as EntryId;
    await entries.add({ id, device: device as DeviceId, body: { kind: 'change', row, joins: [], leaves: [] } }, nowMs);
    const { bytes, ...ref } = await encodeRows(columnsOfRows([row]));
    const block = { id: `block-${device}-${String(at)}` as BlockId, ...ref };
    const body: CommitBody = {
      ...{ kind: 'commit', source: 'import', weight: 'strong', blocks: [block] },
      ...{ joins: [], leaves: [], newGroups: [] },
    };
    const stored = [{ id: block.id, hash: ref.hash, bytes }];
    await entries.add({ id: `${id}-import` as EntryId, device: device as DeviceId, body }, nowMs, stored);
  }
}

/** A lost answer ends a round; the next one goes on. */
async function severalRounds({ share }: ReturnType<typeof sharerOn>): Promise<void> {
  for (let round = 0; round < 4; round += 1) await share();
}

const all = async (db: AppDatabase) =>
  (await createEntryStore(db).after(0, 1_000)).map(({ id, sharing, entry: { time } }) => ({ id, sharing, time }));

/** Answers whether it died before its rounds were over. */
async function live(relay: LogRelay, after: number, clockErrorMs: number, lost: 'lost' | 'none'): Promise<boolean> {
  const [one, other] = [testDatabase().db, testDatabase().db];
  await writeSome(other, 'other', NOW);
  const endless = { left: Infinity };
  const colleague = createLogSharing({
    ...{ relay: relay.client, sharing: createSharingStore(other), blocks: createBlockStore(other) },
    ...{ device: 'other' as DeviceId, now: () => NOW, onChange: () => undefined },
  });
  await colleague.share();
  await writeSome(one, 'one', NOW + clockErrorMs);

  const life = { left: after };
  let turn = 0;
  relay.fault = () => (lost === 'lost' && (turn += 1) % 3 === 0 ? 'lost' : 'none');
  const died = await severalRounds(sharerOn(one, relay, life, clockErrorMs)).then(
    () => false,
    (error: unknown) => {
      if (error instanceof Killed) return true;
      throw error;
    },
  );
  relay.fault = () => 'none';
  const reopened = sharerOn(one, relay, endless, clockErrorMs);
  expect(await reopened.share()).toBe('current');
  await colleague.share();

  const ids = relay.entries.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toHaveLength(16);
  const here = await all(one);
  expect(here.every(({ sharing }) => sharing === 'shared')).toBe(true);
  const byId = (rows: Awaited<ReturnType<typeof all>>) =>
    rows.toSorted((first, second) => (first.id < second.id ? -1 : 1));
  expect(byId(here)).toEqual(byId(await all(other)));
  expect(here.find(({ id }) => id === 'one-3')?.time).toBe(relay.entries.find(({ id }) => id === 'one-3')?.time);
  const blocks = ids
    .filter((id) => id.endsWith('-import'))
    .map((id) => `block-${id.replace('-import', '')}` as BlockId);
  for (const db of [one, other]) expect((await createBlockStore(db).present(blocks)).size).toBe(8);
  return died;
}

describe('[SYN-3] a device that is killed within a round', () => {
  test.each([
    ['every answer arrives', 0, 'none'],
    ['every third answer is lost', 0, 'lost'],
    ['its clock is an hour ahead', 3_600_000, 'none'],
  ] as const)(
    'loses and doubles nothing, whichever transaction was its last; %s',
    async (_, clockErrorMs, lost) => {
      let deaths = 0;
      for (let after = 1; await live(createLogRelay(), after, clockErrorMs, lost); after += 1) deaths += 1;
      expect(deaths).toBeGreaterThan(10);
    },
    60_000,
  );
});
