/** Store contract: batches, leases, fencing, turns. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Batch, Ending, RelayStore, Turn } from '#relay/store/types';
import {
  CHANNEL,
  channelRow,
  claimAny,
  codeOf,
  messageId,
  readFeed,
  START,
  takeIn,
  WORKSPACE,
} from '#tests/builders/store-rows';
import type { CreateStore, StoreUnderTest } from './store.ts';

const KEY = { workspace: WORKSPACE, code: CHANNEL };
const ACCEPTED: Ending = { kind: 'accepted' };

export const turnOf = (batch: Batch, ends: readonly [number, Ending][], begins: readonly number[] = []): Turn => ({
  at: START,
  ends: ends.map(([recipient, ending]) => ({ message: batch.message, recipient, ending })),
  begins: begins.map((recipient) => ({ message: batch.message, recipient })),
});

export function storeDispatchContract(createStore: CreateStore): void {
  let under: StoreUnderTest;
  let store: RelayStore;
  beforeEach(async () => {
    under = await createStore();
    store = under.store;
    await store.addChannel(channelRow());
  });
  afterEach(() => under.end());

  const claim = (owner: string, now = START, above?: 'high' | 'medium' | 'low') =>
    store.claimBatch(KEY, owner, now, now + 15_000, above);
  const take = (batch: Batch, owner: string, turn: Turn, now = START) => store.turn(batch, owner, now + 15_000, turn);
  const figures = async (name = 'one') => (await store.message(WORKSPACE, messageId(name)))?.figures;

  describe('batches', () => {
    it('[MSG-4] a message is cut into batches, and each is claimed once', async () => {
      await takeIn(store, { counts: [5] }, 2);
      const claimed = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((owner) => claim(owner)));
      expect(claimed.map((batch) => batch && [batch.from, batch.to])).toEqual([
        [0, 2],
        [2, 4],
        [4, 5],
        undefined,
        undefined,
      ]);
      expect((await store.message(WORKSPACE, messageId('one')))?.state).toBe('sending');
    });

    it('[MSG-4] high goes before medium before low, the oldest first among equals', async () => {
      for (const [name, priority] of [
        ['low', 'low'],
        ['m1', 'medium'],
        ['m2', 'medium'],
        ['high', 'high'],
      ] as const) {
        await takeIn(store, { name, priority });
      }
      const order: (string | undefined)[] = [];
      for (const owner of ['a', 'b', 'c', 'd']) order.push((await claim(owner))?.message);
      expect(order).toEqual(['high', 'm1', 'm2', 'low'].map(messageId));
    });

    it('[MSG-4] while one is in work, only a higher priority is asked for', async () => {
      await takeIn(store, { name: 'first', priority: 'medium' });
      await takeIn(store, { name: 'second', priority: 'medium' });
      await claim('a');
      expect(await claim('b', START, 'medium')).toBeUndefined();
      await takeIn(store, { name: 'urgent', priority: 'high' });
      expect((await claim('c', START, 'medium'))?.message).toBe(messageId('urgent'));
      expect(await claim('d', START, 'high')).toBeUndefined();
    });

    it('[MSG-4] ready channels are named, and otherwise when the next batch becomes ready', async () => {
      expect(await store.readyChannels(START)).toEqual({ ready: [], nextAt: undefined });
      await takeIn(store, {});
      expect((await store.readyChannels(START)).ready).toEqual([KEY]);
      const batch = await claimAny(store, 'a');
      expect(await store.readyChannels(START)).toEqual({ ready: [], nextAt: START + 15_000 });
      await store.release(batch, 'a', START, START + 7_000);
      expect(await store.readyChannels(START)).toEqual({ ready: [], nextAt: START + 7_000 });
      expect(await claim('b', START + 6_999)).toBeUndefined();
      expect(await claim('b', START + 7_000)).toBeDefined();
    });

    it('[CHA-2] a removed channel still gives its batches out, marked, also under a code used anew', async () => {
      await takeIn(store, { counts: [2] }, 1);
      expect((await claim('a'))?.channelState).toBe('there');
      await store.removeChannel(WORKSPACE, CHANNEL);
      await store.addChannel(channelRow({ name: 'Another' }));
      expect((await claim('b'))?.channelState).toBe('gone');
    });
  });

  describe('leases', () => {
    it('[SYN-9] an expired lease is taken over, and the former owner writes nothing any more', async () => {
      await takeIn(store, {});
      const first = await claimAny(store, 'a');
      await take(first, 'a', turnOf(first, [], [0]));
      expect(await claim('b', START + 14_999)).toBeUndefined();
      const second = await claimAny(store, 'b', START + 15_000);
      expect(await take(first, 'a', turnOf(first, [[0, ACCEPTED]], [1]), START + 15_001)).toBe('lost');
      expect((await store.work(second)).map(({ interrupted }) => interrupted)).toEqual([true, false, false]);
      await store.release(first, 'a', START, START);
      expect(await claim('c', START + 15_002)).toBeUndefined();
      expect(await readFeed(store)).toEqual([]);
    });

    it('[SYN-9] each turn extends the lease', async () => {
      await takeIn(store, {});
      const batch = await claimAny(store, 'a');
      await take(batch, 'a', turnOf(batch, []), START + 10_000);
      expect(await claim('b', START + 24_999)).toBeUndefined();
      expect(await claim('b', START + 25_000)).toBeDefined();
    });

    it('[SYN-9] a late owner that nobody has replaced goes on', async () => {
      await takeIn(store, {});
      const batch = await claimAny(store, 'a');
      expect(await take(batch, 'a', turnOf(batch, [[0, ACCEPTED]]), START + 60_000)).toBe('written');
    });

    it('[SYN-9] after a start every batch can be claimed, and begun deliveries show that they were', async () => {
      await takeIn(store, {});
      const batch = await claimAny(store, 'a');
      await take(batch, 'a', turnOf(batch, [], [1]));
      store = await under.reopen();
      await store.releaseAll();
      const again = await claimAny(store, 'b');
      expect((await store.work(again)).map(({ interrupted, tries }) => [interrupted, tries])).toEqual([
        [false, 0],
        [true, 1],
        [false, 0],
      ]);
    });
  });

  describe('turns', () => {
    it('[MSG-10] endings, receipts, figures and beginnings are written together', async () => {
      await takeIn(store, { counts: [4] });
      const batch = await claimAny(store, 'a');
      await take(batch, 'a', turnOf(batch, [], [0, 1, 2]));
      const refused: Ending = { kind: 'refused', stage: 'invalidTarget', reason: 'addressInvalid', detail: '550' };
      const ends: [number, Ending][] = [
        [0, ACCEPTED],
        [1, refused],
        [2, { kind: 'unknown' }],
      ];
      expect(await take(batch, 'a', turnOf(batch, ends, [3]))).toBe('written');
      expect(await readFeed(store)).toEqual([
        { cursor: 1, message: batch.message, recipient: 0, state: 'accepted', at: START },
        {
          cursor: 2,
          message: batch.message,
          recipient: 1,
          state: 'failed',
          stage: 'invalidTarget',
          reason: 'addressInvalid',
          detail: '550',
          at: START,
        },
        { cursor: 3, message: batch.message, recipient: 2, state: 'unknown', at: START },
      ]);
      expect(await figures()).toEqual({ queued: 1, unknown: 1, sent: 1, failed: 1, delivered: 0, clicked: 0 });
      expect((await store.work(batch)).map(({ recipient }) => recipient)).toEqual([3]);
    });

    it('[MSG-10] a lost turn has written nothing of it', async () => {
      await takeIn(store, {});
      const batch = await claimAny(store, 'a');
      expect(await take(batch, 'somebody', turnOf(batch, [[0, ACCEPTED]], [1, 2]))).toBe('lost');
      expect(await figures()).toEqual({ queued: 3, unknown: 0, sent: 0, failed: 0, delivered: 0, clicked: 0 });
      expect(await readFeed(store)).toEqual([]);
      expect((await store.work(batch)).every(({ interrupted, tries }) => !interrupted && tries === 0)).toBe(true);
    });

    it('[MSG-10] an ending that comes twice counts once', async () => {
      await takeIn(store, {});
      const batch = await claimAny(store, 'a');
      await take(
        batch,
        'a',
        turnOf(batch, [
          [0, ACCEPTED],
          [0, ACCEPTED],
          [1, { kind: 'unknown' }],
        ]),
      );
      await take(
        batch,
        'a',
        turnOf(batch, [
          [0, { kind: 'unknown' }],
          [1, ACCEPTED],
        ]),
      );
      expect((await readFeed(store)).map(({ recipient, state }) => [recipient, state])).toEqual([
        [0, 'accepted'],
        [1, 'unknown'],
        [1, 'accepted'],
      ]);
      expect(await figures()).toEqual({ queued: 1, unknown: 0, sent: 2, failed: 0, delivered: 0, clicked: 0 });
    });

    it('[MSG-7] "again" brings a delivery back with its time, its tries and its doubt', async () => {
      await takeIn(store, { counts: [4] });
      const batch = await claimAny(store, 'a');
      const again = (spent: 'try' | 'nothing', doubt: 'raised' | 'kept' | 'cleared'): Ending => ({
        kind: 'again',
        notBefore: START + 5_000,
        spent,
        doubt,
      });
      await take(batch, 'a', turnOf(batch, [], [0, 1, 2, 3]));
      const ends: [number, Ending][] = [
        [0, again('try', 'kept')],
        [1, again('nothing', 'kept')],
        [2, again('try', 'raised')],
      ];
      await take(batch, 'a', turnOf(batch, ends));
      const seen = async () =>
        (await store.work(batch)).map(({ tries, interrupted, doubtful, notBefore }) => [
          tries,
          interrupted,
          doubtful,
          notBefore,
        ]);
      expect(await seen()).toEqual([
        [1, false, false, START + 5_000],
        [0, false, false, START + 5_000],
        [1, false, true, START + 5_000],
        [1, true, false, 0],
      ]);
      // The interrupted one is tried once more; the doubtful one is found not to have been taken.
      await take(batch, 'a', turnOf(batch, [], [2, 3]));
      await take(
        batch,
        'a',
        turnOf(batch, [
          [2, again('nothing', 'cleared')],
          [3, again('try', 'kept')],
        ]),
      );
      expect((await seen()).slice(2)).toEqual([
        [1, false, false, START + 5_000],
        [2, false, true, START + 5_000],
      ]);
      expect(await readFeed(store)).toEqual([]);
    });

    it('[MSG-10] a message has ended when its last batch has nothing left', async () => {
      await takeIn(store, { counts: [2] }, 1);
      const [first, second] = [await claimAny(store, 'a'), await claimAny(store, 'b')];
      await take(first, 'a', turnOf(first, [[0, ACCEPTED]]));
      await store.release(first, 'a', START + 1, START + 1);
      expect((await store.message(WORKSPACE, messageId('one')))?.state).toBe('sending');
      await store.release(second, 'b', START + 2, START + 2);
      const again = await claimAny(store, 'c', START + 3);
      expect([again.from, again.to]).toEqual([1, 2]);
      await take(again, 'c', turnOf(again, [[1, ACCEPTED]]), START + 3);
      await store.release(again, 'c', START + 4, START + 4);
      const message = await store.message(WORKSPACE, messageId('one'));
      expect(message).toMatchObject({ state: 'sent', finishedAt: START + 4 });
      expect(await store.readyChannels(START + 99_999)).toEqual({ ready: [], nextAt: undefined });
    });

    it('[CHA-2] since when a channel takes nothing is remembered until it takes something again', async () => {
      await takeIn(store, { counts: [3] }, 1);
      expect((await claimAny(store, 'a')).channelDownSince).toBeUndefined();
      await store.setChannelDown(KEY, START);
      await store.setChannelDown(KEY, START + 5);
      store = await under.reopen();
      expect((await claimAny(store, 'b')).channelDownSince).toBe(START);
      await store.setChannelDown({ ...KEY, code: codeOf('none') }, START);
      await store.setChannelDown(KEY, undefined);
      expect((await claimAny(store, 'c')).channelDownSince).toBeUndefined();
    });
  });
}
