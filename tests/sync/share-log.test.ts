import 'fake-indexeddb/auto';
import { describe, expect, test } from 'vitest';
import type { BlockId, DeviceId, EntryId } from '#domain/ids';
import { encodeRows } from '#log/block';
import { timeFromMs } from '#log/time';
import type { ChangeBody, CommitBody } from '#log/types';
import { createBlockStore } from '#storage/block-store';
import { createEntryStore } from '#storage/entry-store';
import { createSharingStore } from '#storage/sharing-store';
import type { BlockProgress } from '#sync/share-blocks';
import { createLogSharing, type LogStanding } from '#sync/share-log';
import { columnsOfRows, rowOf } from '#tests/builders/blocks';
import { createLogRelay, type LogRelay } from '#tests/builders/log-relay';
import { testDatabase } from '#tests/storage/workspace';

const NOW = 1_800_000_000_000;

function deviceOn(relay: LogRelay, name: string) {
  const { db } = testDatabase();
  const [entries, sharing, blocks] = [createEntryStore(db), createSharingStore(db), createBlockStore(db)];
  const heard: string[] = [];
  const moved: BlockProgress[] = [];
  const device = {
    now: NOW,
    heard,
    moved,
    sharing,
    blocks,
    share: (said?: LogStanding) => sharer.share(said),
    async write(id: string, contactName = id): Promise<void> {
      const body: ChangeBody = {
        kind: 'change',
        row: rowOf('phone', '+420777123456', { name: contactName }),
        joins: [],
        leaves: [],
      };
      await entries.add({ id: id as EntryId, device: name as DeviceId, body }, device.now);
    },
    async import(id: string): Promise<BlockId> {
      const { bytes, ...ref } = await encodeRows(
        columnsOfRows([rowOf('phone', `+42077${id.length}000`, { name: id })]),
      );
      const block = { id: `block-of-${id}` as BlockId, ...ref };
      const body: CommitBody = {
        ...{ kind: 'commit', source: 'import', weight: 'strong', blocks: [block] },
        ...{ joins: [], leaves: [], newGroups: [] },
      };
      await entries.add({ id: id as EntryId, device: name as DeviceId, body }, device.now, [
        { id: block.id, hash: ref.hash, bytes },
      ]);
      return block.id;
    },
    all: async () =>
      (await entries.after(0, 1_000)).map(({ id, sharing: standing, entry }) => ({ id, standing, entry })),
    ids: async () => (await device.all()).map(({ id }) => id),
  };
  const sharer = createLogSharing({
    ...{ relay: relay.client, sharing, blocks, device: name as DeviceId },
    now: () => device.now,
    onChange: (how) => heard.push(how),
    onProgress: (progress) => moved.push(progress),
  });
  return device;
}

describe('the log between devices', () => {
  test('[SYN-3] a device that is as far as the relay has just said asks nothing; else, or with something to say, it does', async () => {
    const relay = createLogRelay();
    const [one, other] = [deviceOn(relay, 'one'), deviceOn(relay, 'other')];
    const standing = () => ({ incarnation: relay.incarnation, log: relay.entries.length });
    await one.write('a');
    await one.share();
    await other.share();
    let asked = 0;
    relay.fault = () => {
      asked += 1;
      return 'none';
    };
    expect([await other.share(standing()), asked]).toEqual(['current', 0]);

    await one.import('b');
    await one.share();
    asked = 0;
    expect(await other.share(standing())).toBe('current');
    expect(await other.ids()).toEqual(['a', 'b']);
    expect(await other.sharing.missingBlocks()).toEqual([]);

    // As far, with something to say: its time is the relay's first.
    other.now = NOW - 3_600_000;
    await other.write('late');
    expect(await other.share(standing())).toBe('current');
    const last = relay.entries.at(-1);
    expect(last?.id).toBe('late');
    expect(last?.time).toBeGreaterThanOrEqual(timeFromMs(relay.nowMs));

    // The same number of another store.
    await other.share();
    relay.incarnation = 'second';
    relay.entries.length = 0;
    expect(await other.share({ incarnation: 'second', log: await other.sharing.cursor() })).toBe('current');
    expect(relay.entries.map(({ id }) => id)).toEqual(['late']);
  });

  test('[SYN-8] a new device asks once for each page of the log, the first one too', async () => {
    const relay = createLogRelay();
    const [one, other] = [deviceOn(relay, 'one'), deviceOn(relay, 'other')];
    for (const id of ['a', 'b', 'c', 'd', 'e']) await one.write(id);
    await one.share();
    const { pull } = relay.client;
    const asked: number[] = [];
    Object.assign(relay.client, {
      pull: (after: number) => {
        asked.push(after);
        return pull(after);
      },
    });
    expect(await other.share()).toBe('current');
    expect(asked).toEqual([0, 3]);
    expect(await other.ids()).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  test('[SYN-8] as far by the number, with another last entry, or one pushed beyond it, a device asks', async () => {
    const relay = createLogRelay();
    const one = deviceOn(relay, 'one');
    let asked = 0;
    relay.fault = () => {
      asked += 1;
      return 'none';
    };
    const askedOn = async (said: LogStanding) => {
      asked = 0;
      expect(await one.share(said)).toBe('current');
      return asked;
    };
    const standing = (log: number, lastEntry: string) => ({
      ...{ incarnation: 'first', log, lastEntry: lastEntry as EntryId },
    });
    for (const id of ['a', 'b']) await one.write(id);
    await one.share();
    // Pushed, and its own page not yet pulled.
    expect(await askedOn({ incarnation: 'first', log: 0 })).toBe(0);
    expect(await one.sharing.seen()).toEqual({ incarnation: 'first', position: 2, entry: 'b' });
    expect(await askedOn(standing(2, 'b'))).toBe(1);
    expect(await askedOn(standing(2, 'b'))).toBe(0);
    expect(await askedOn(standing(2, 'x'))).toBe(1);
  });

  test('[SYN-9] what is saved here is pending until the relay has it, and then on the other device', async () => {
    const relay = createLogRelay();
    const [one, other] = [deviceOn(relay, 'one'), deviceOn(relay, 'other')];
    for (const id of ['a', 'b', 'c', 'd', 'e']) await one.write(id);
    expect(await one.sharing.counts()).toEqual({ pending: 5, refused: 0 });
    expect(await one.share()).toBe('current');
    expect(await one.sharing.counts()).toEqual({ pending: 0, refused: 0 });
    expect(await other.share()).toBe('current');
    expect(await other.ids()).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(other.heard).toContain('more');
    expect((await other.all()).every(({ standing, entry }) => standing === 'shared' && entry.author === 'member')).toBe(
      true,
    );
  });

  test('[SYN-3] lost requests and lost answers: each entry once, in order, on every device', async () => {
    const relay = createLogRelay();
    const [one, other] = [deviceOn(relay, 'one'), deviceOn(relay, 'other')];
    let turn = 0;
    relay.fault = () => (['none', 'lost', 'unreachable', 'none', 'lost'] as const)[(turn += 1) % 5] ?? 'none';
    for (let at = 0; at < 12; at += 1) {
      await one.write(`one-${String(at)}`);
      if (at % 3 === 0) await other.import(`other-${String(at)}`);
      await one.share();
      await other.share();
    }
    relay.fault = () => 'none';
    await one.share();
    await other.share();
    await one.share();
    expect(relay.entries.map(({ id }) => id).sort()).toEqual((await one.ids()).sort());
    expect(new Set(relay.entries.map(({ id }) => id)).size).toBe(16);
    expect((await other.ids()).sort()).toEqual((await one.ids()).sort());
    expect(relay.entries.filter(({ device }) => device === 'one').map(({ id }) => id)).toEqual(
      Array.from({ length: 12 }, (_, at) => `one-${String(at)}`),
    );
  });

  test('an import reaches the relay with its blocks first, and the other device fetches them', async () => {
    const relay = createLogRelay();
    const [one, other] = [deviceOn(relay, 'one'), deviceOn(relay, 'other')];
    const block = await one.import('F1');
    await one.share();
    expect(relay.entries.map(({ id }) => id)).toEqual(['F1']);
    await other.share();
    expect((await other.blocks.get([block]))[0]?.bytes).toEqual(relay.blocks.get(block));
  });

  test('case 12: of a copied profile the same entry has the time that the relay took first, on both', async () => {
    const relay = createLogRelay();
    const [one, copy] = [deviceOn(relay, 'one'), deviceOn(relay, 'copy')];
    await one.write('e');
    copy.now = NOW + 3_600_000;
    await copy.write('e');
    const pull = relay.client.pull;
    // The copy has pulled, then the other one is faster, then it pushes.
    let pulls = 0;
    Object.assign(relay.client, {
      pull: async (after: number) => {
        const answer = await pull(after);
        if ((pulls += 1) === 2) await one.share();
        return answer;
      },
    });
    await copy.share();
    await copy.share();
    await one.share();
    expect((await copy.all()).map(({ entry }) => entry.time)).toEqual((await one.all()).map(({ entry }) => entry.time));
    expect(relay.entries).toHaveLength(1);
  });

  test('case 9: what the relay refuses is set apart with the reason, and keeps back nothing else', async () => {
    const relay = createLogRelay();
    const one = deviceOn(relay, 'one');
    for (const id of ['a', 'no', 'b']) await one.write(id);
    relay.refuse = ({ id }) => (id === 'no' ? 'role' : undefined);
    expect(await one.share()).toBe('current');
    expect(await one.sharing.counts()).toEqual({ pending: 0, refused: 1 });
    expect((await one.sharing.refused()).map(({ id, refusal }) => [id, refusal])).toEqual([['no', 'role']]);
    expect(one.heard).toContain('anew');
  });

  test('a block that is not what its hash says is not kept, and keeps back no other', async () => {
    const relay = createLogRelay();
    const [one, other] = [deviceOn(relay, 'one'), deviceOn(relay, 'other')];
    const sound = await one.import('F');
    const damaged = await one.import('F1');
    await one.share();
    relay.blocks.set(damaged, new Uint8Array([1, 2, 3]));
    expect(await other.share()).toBe('unreachable');
    expect(await other.blocks.present([sound, damaged])).toEqual(new Set([sound]));
  });

  test('what a new device fetches comes newest import first, counts as it comes, and is said', async () => {
    const relay = createLogRelay();
    const [one, other] = [deviceOn(relay, 'one'), deviceOn(relay, 'other')];
    for (const id of ['F', 'F1', 'F11']) {
      await one.import(id);
      one.now += 1_000;
      relay.nowMs += 1_000;
    }
    await one.share();
    expect(one.moved).toEqual([
      { way: 'up', done: 1, of: 3 },
      { way: 'up', done: 2, of: 3 },
      { way: 'up', done: 3, of: 3 },
    ]);
    other.now = relay.nowMs;
    const { block } = relay.client;
    const asked: string[] = [];
    Object.assign(relay.client, {
      block: (id: BlockId) => {
        asked.push(id);
        // So long does each take that the page is told of every one.
        other.now += 1_000;
        return block(id);
      },
    });
    const before = other.heard.length;
    await other.share();
    expect(asked).toEqual(['block-of-F11', 'block-of-F1', 'block-of-F']);
    expect(other.moved.at(-1)).toEqual({ way: 'down', done: 3, of: 3 });
    expect(other.heard.slice(before).filter((how) => how === 'more').length).toBeGreaterThan(1);
  });

  test('cut off while it fetches, a device goes on with the blocks that it lacks', async () => {
    const relay = createLogRelay();
    const [one, other] = [deviceOn(relay, 'one'), deviceOn(relay, 'other')];
    const ids = [];
    for (let at = 1; at <= 9; at += 1) ids.push(await one.import('F'.repeat(at)));
    await one.share();
    const { block } = relay.client;
    const asked: string[] = [];
    let left = 6;
    Object.assign(relay.client, {
      block: (id: BlockId) => {
        asked.push(id);
        return (left -= 1) < 0 ? Promise.resolve({ kind: 'unreachable' as const }) : block(id);
      },
    });
    expect(await other.share()).toBe('unreachable');
    const came = await other.blocks.present(ids);
    expect(came.size).toBe(6);
    left = 9;
    asked.length = 0;
    expect(await other.share()).toBe('current');
    expect(asked.some((id) => came.has(id as BlockId))).toBe(false);
    expect((await other.blocks.present(ids)).size).toBe(9);
  });
});
