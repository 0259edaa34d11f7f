/** Store contract: the feed's cursor, and reports that providers call back with. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DeliveryState } from '#domain/delivery';
import type { Report } from '#relay/provider';
import { deliveryKey } from '#relay/store/delivery-key';
import type { Batch, Ending, RelayStore } from '#relay/store/types';
import {
  CHANNEL,
  channelRow,
  claimAny,
  DAY_MS,
  messageId,
  readFeed,
  START,
  takeIn,
  WORKSPACE,
} from '#tests/builders/store-rows';
import { turnOf } from './store-dispatch.ts';
import type { CreateStore, StoreUnderTest } from './store.ts';

export function storeReceiptsContract(createStore: CreateStore): void {
  let under: StoreUnderTest;
  let store: RelayStore;
  beforeEach(async () => {
    under = await createStore();
    store = under.store;
    await store.addChannel(channelRow());
  });
  afterEach(() => under.end());

  const report = (by: Report['by'], state: DeliveryState): Report => ({ by, state, at: START });
  const byId = (providerId: string, state: DeliveryState) => report({ providerId }, state);

  async function callBack(reports: readonly Report[], now = START): Promise<void> {
    await store.addCallback(WORKSPACE, CHANNEL, '{}', new Uint8Array([1]), now);
    const callback = (await store.callbacks(10)).at(-1);
    if (callback) await store.finishCallback(callback.id, WORKSPACE, CHANNEL, reports, now);
  }

  /** All accepted, with the provider ids `id-0`, `id-1` … */
  async function acceptAll(count: number): Promise<Batch> {
    await takeIn(store, { counts: [count] });
    const batch = await claimAny(store, 'a');
    const ends = Array.from({ length: count }, (_, at) => [at, { kind: 'accepted', providerId: `id-${at}` }] as const);
    await store.turn(
      batch,
      'a',
      START + 15_000,
      turnOf(
        batch,
        ends.map(([at, ending]) => [at, ending]),
      ),
    );
    return batch;
  }

  const states = async () => (await readFeed(store)).map(({ recipient, state }) => [recipient, state]);
  const figures = async () => (await store.message(WORKSPACE, messageId('one')))?.figures;

  describe('the feed', () => {
    it('[MSG-10] cursors go up by one, whatever the size of the page', async () => {
      const batch = await acceptAll(25);
      const whole = await readFeed(store, WORKSPACE, 1_000);
      expect(whole.map(({ cursor }) => cursor)).toEqual(Array.from({ length: 25 }, (_, at) => at + 1));
      for (const page of [1, 2, 7, 25]) expect(await readFeed(store, WORKSPACE, page)).toEqual(whole);
      expect(await store.lastCursor(WORKSPACE)).toBe(25);
      expect(await store.feed(WORKSPACE, 25, 10)).toEqual([]);
      store = await under.reopen();
      expect(await readFeed(store)).toEqual(whole);
      expect(batch.message).toBe(whole[0]?.message);
    });

    it('[MSG-10] a reader beside many writers sees no gap and nothing twice', async () => {
      const names = ['m0', 'm1', 'm2', 'm3'];
      for (const name of names) await takeIn(store, { name, counts: [50] });
      const seen: number[] = [];
      const writers = names.map(async (name) => {
        const batch = await claimAny(store, name);
        for (let at = 0; at < 50; at++) {
          await store.turn(batch, name, START + 15_000, turnOf(batch, [[at, { kind: 'accepted' }]]));
        }
      });
      const reader = (async () => {
        while (seen.length < 200) {
          const page = await store.feed(WORKSPACE, seen.at(-1) ?? 0, 7);
          seen.push(...page.map(({ cursor }) => cursor));
          await new Promise((resolve) => setImmediate(resolve));
        }
      })();
      await Promise.all([...writers, reader]);
      expect(seen).toEqual(Array.from({ length: 200 }, (_, at) => at + 1));
    });
  });

  describe('callbacks', () => {
    it('[MSG-10] are kept raw, oldest first, until they are ended, also over a restart', async () => {
      await store.addCallback(WORKSPACE, CHANNEL, '{"a":"1"}', new Uint8Array([1, 2, 255]), START);
      await store.addCallback(WORKSPACE, CHANNEL, '{}', new Uint8Array(), START + 1);
      store = await under.reopen();
      const [first, second] = await store.callbacks(10);
      expect(first).toMatchObject({ workspace: WORKSPACE, channel: CHANNEL, headers: '{"a":"1"}', receivedAt: START });
      expect([...(first?.body ?? [])]).toEqual([1, 2, 255]);
      expect((await store.callbacks(1)).map(({ id }) => id)).toEqual([first?.id]);
      await store.finishCallback(first?.id ?? 0, WORKSPACE, CHANNEL, [], START);
      expect((await store.callbacks(10)).map(({ id }) => id)).toEqual([second?.id]);
      expect((await store.counts()).callbacks).toBe(1);
    });

    it('[MSG-10] states only move up, and only upward moves stand in the feed', async () => {
      await acceptAll(2);
      await callBack([
        byId('id-0', 'delivered'),
        byId('id-0', 'failed'),
        byId('id-0', 'delivered'),
        byId('id-1', 'failed'),
      ]);
      await callBack([
        byId('id-0', 'clicked'),
        byId('id-1', 'delivered'),
        byId('id-1', 'unknown'),
        byId('id-0', 'queued'),
      ]);
      expect((await states()).slice(2)).toEqual([
        [0, 'delivered'],
        [1, 'failed'],
        [0, 'clicked'],
        [1, 'delivered'],
      ]);
      expect(await figures()).toEqual({ queued: 0, unknown: 0, sent: 2, failed: 0, delivered: 2, clicked: 1 });
    });

    it('[MSG-10] what failed after a channel had accepted it still counts as sent', async () => {
      await acceptAll(2);
      await callBack([{ ...byId('id-0', 'failed'), stage: 'undelivered', reason: 'phoneUnreachable', detail: 'X1' }]);
      expect((await readFeed(store)).at(-1)).toMatchObject({
        state: 'failed',
        stage: 'undelivered',
        reason: 'phoneUnreachable',
        detail: 'X1',
      });
      expect(await figures()).toEqual({ queued: 0, unknown: 0, sent: 2, failed: 1, delivered: 0, clicked: 0 });
    });

    it('[STA-1] the figures are those of whoever folds the feed, in whatever order reports come', async () => {
      await takeIn(store, { counts: [3] });
      const batch = await claimAny(store, 'a');
      await store.turn(batch, 'a', START + 15_000, turnOf(batch, [], [0, 1, 2]));
      const key = (recipient: number) => ({ key: deliveryKey(batch.keyPrefix, recipient) });
      await callBack([
        { ...report(key(0), 'failed'), stage: 'undelivered', reason: 'phoneUnreachable' },
        { ...report(key(1), 'failed'), stage: 'refused', reason: 'contentRefused' },
        report(key(2), 'clicked'),
      ]);
      const accepted = [0, 1, 2].map((at) => [at, { kind: 'accepted' }] as [number, Ending]);
      await store.turn(batch, 'a', START + 15_000, turnOf(batch, accepted));
      expect(await states()).toEqual([
        [0, 'failed'],
        [1, 'failed'],
        [2, 'clicked'],
      ]);
      expect(await figures()).toEqual({ queued: 0, unknown: 0, sent: 2, failed: 2, delivered: 1, clicked: 1 });
    });

    it('[MSG-10] one that is worked on twice changes nothing the second time', async () => {
      await acceptAll(1);
      await store.addCallback(WORKSPACE, CHANNEL, '{}', new Uint8Array(), START);
      const [callback] = await store.callbacks(1);
      const finish = () =>
        store.finishCallback(callback?.id ?? 0, WORKSPACE, CHANNEL, [byId('id-0', 'delivered')], START);
      await Promise.all([finish(), finish()]);
      expect(await states()).toEqual([
        [0, 'accepted'],
        [0, 'delivered'],
      ]);
    });

    it('[MSG-10] a report that comes before its delivery has the id waits up to three days', async () => {
      await callBack([byId('id-0', 'delivered'), byId('id-0', 'clicked'), byId('id-1', 'delivered')]);
      await callBack([], START + 3 * DAY_MS - 1);
      await acceptAll(1);
      expect(await states()).toEqual([
        [0, 'accepted'],
        [0, 'delivered'],
        [0, 'clicked'],
      ]);
      expect(await figures()).toEqual({ queued: 0, unknown: 0, sent: 1, failed: 0, delivered: 1, clicked: 1 });
      await callBack([], START + 3 * DAY_MS);
      await takeIn(store, { name: 'two', counts: [1] });
      const batch = await claimAny(store, 'b');
      await store.turn(batch, 'b', START + 15_000, turnOf(batch, [[0, { kind: 'accepted', providerId: 'id-1' }]]));
      expect((await states()).at(-1)).toEqual([0, 'accepted']);
    });

    it('[MSG-10] a report by our own key ends a delivery whose answer was lost, and its batch with it', async () => {
      await takeIn(store, { counts: [2] });
      const batch = await claimAny(store, 'a');
      await store.turn(batch, 'a', START + 15_000, turnOf(batch, [[1, { kind: 'accepted' }]], [0]));
      const unknownKeys = ['nonsense', deliveryKey(batch.keyPrefix, 2), deliveryKey('0'.repeat(32), 0)];
      await callBack([...unknownKeys, deliveryKey(batch.keyPrefix, 0)].map((key) => report({ key }, 'delivered')));
      expect(await states()).toEqual([
        [1, 'accepted'],
        [0, 'delivered'],
      ]);
      expect(await store.work(batch)).toEqual([]);
      await store.release(batch, 'a', START, START);
      expect((await store.message(WORKSPACE, messageId('one')))?.state).toBe('sent');
    });

    it('[CHA-2] a channel shows when it last called back with something true', async () => {
      await callBack([], START + 1);
      expect((await store.channel(WORKSPACE, CHANNEL))?.calledBackAt).toBeUndefined();
      await callBack([byId('id-9', 'delivered')], START + 2);
      expect((await store.channel(WORKSPACE, CHANNEL))?.calledBackAt).toBe(START + 2);
    });
  });
}
