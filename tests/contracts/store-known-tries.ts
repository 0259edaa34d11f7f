/** Store contract: what a dead process's call journal knows of tries, and when it is not believed. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Batch, Ending, KnownTry, RelayStore } from '#relay/store/types';
import { channelRow, claimAny, messageId, readFeed, START, takeIn, WORKSPACE } from '#tests/builders/store-rows';
import { turnOf } from './store-dispatch.ts';
import type { CreateStore, StoreUnderTest } from './store.ts';

const ACCEPTED: Ending = { kind: 'accepted', providerId: 'p1' };
const NEVER_LEFT: Ending = { kind: 'again', notBefore: 0, spent: 'nothing', doubt: 'kept' };

export function storeKnownTriesContract(createStore: CreateStore): void {
  let under: StoreUnderTest;
  let store: RelayStore;
  let batch: Batch;
  beforeEach(async () => {
    under = await createStore();
    store = under.store;
    await store.addChannel(channelRow());
    await takeIn(store, { counts: [3] });
    batch = await claimAny(store, 'dead');
    await store.turn(batch, 'dead', START + 15_000, turnOf(batch, [], [0, 1]));
  });
  afterEach(() => under.end());

  const known = (recipient: number, ending: Ending, changes: Partial<KnownTry> = {}): KnownTry => ({
    batch: batch.id,
    owner: 'dead',
    recipient,
    tries: 1,
    ending,
    ...changes,
  });
  const settle = (...tries: KnownTry[]) => store.settleTries(START + 1, tries);
  /** Of the deliveries that have not ended, after the next start. */
  async function left() {
    await store.releaseAll();
    const works = await store.work(await claimAny(store, 'next'));
    return works.map(({ recipient, tries, interrupted, doubtful }) => [recipient, tries, interrupted, doubtful]);
  }
  const untouched = [
    [0, 1, true, false],
    [1, 1, true, false],
    [2, 0, false, false],
  ];

  describe('tries known from a call journal', () => {
    it('[MSG-7] one that never left is as it was before it was begun', async () => {
      expect(await settle(known(0, NEVER_LEFT))).toEqual([]);
      expect(await left()).toEqual([[0, 0, false, false], ...untouched.slice(1)]);
      expect(await readFeed(store)).toEqual([]);
    });

    it('[MSG-7] one that ended is a receipt, counts, and says whose devices are to be woken', async () => {
      const refused: Ending = { kind: 'refused', stage: 'refused', reason: 'contentRefused' };
      expect(await settle(known(0, ACCEPTED), known(1, refused))).toEqual([WORKSPACE]);
      expect(await readFeed(store)).toMatchObject([
        { recipient: 0, state: 'accepted', at: START + 1 },
        { recipient: 1, state: 'failed', reason: 'contentRefused', at: START + 1 },
      ]);
      expect((await store.message(WORKSPACE, messageId('one')))?.figures).toMatchObject({
        queued: 1,
        sent: 1,
        failed: 1,
      });
      expect(await left()).toEqual([[2, 0, false, false]]);
    });

    it('[MSG-7] an earlier doubt stays', async () => {
      const doubtful: Ending = { kind: 'again', notBefore: START, spent: 'try', doubt: 'raised' };
      await store.turn(batch, 'dead', START + 15_000, turnOf(batch, [[0, doubtful]], [0]));
      await settle(known(0, NEVER_LEFT, { tries: 2 }));
      expect((await left())[0]).toEqual([0, 1, false, true]);
    });

    it('[MSG-7] a batch whose last delivery ends so ends its message', async () => {
      await store.turn(batch, 'dead', START + 15_000, turnOf(batch, [], [2]));
      await settle(known(0, ACCEPTED), known(1, ACCEPTED), known(2, ACCEPTED));
      expect(await left()).toEqual([]);
      await store.release({ ...batch }, 'next', START + 2, START + 2);
      expect(await store.message(WORKSPACE, messageId('one'))).toMatchObject({ state: 'sent' });
    });

    it('[MSG-7] taken in twice they count once', async () => {
      await settle(known(0, ACCEPTED), known(1, NEVER_LEFT));
      await settle(known(0, ACCEPTED), known(1, NEVER_LEFT));
      expect(await readFeed(store)).toHaveLength(1);
      expect(await left()).toEqual([
        [1, 0, false, false],
        [2, 0, false, false],
      ]);
    });

    it.each<[string, Partial<KnownTry>]>([
      ['of another try', { tries: 2 }],
      ['of another claim', { owner: 'dead.2' }],
      ['of a batch that is not there', { batch: 9_999 }],
    ])('[MSG-7] not believed: %s', async (_, changes) => {
      expect(await settle(known(0, NEVER_LEFT, changes), known(1, ACCEPTED, changes))).toEqual([]);
      expect(await left()).toEqual(untouched);
      expect(await readFeed(store)).toEqual([]);
    });

    it('[MSG-7] not believed: of a delivery that was not begun, or is not of that batch', async () => {
      await settle(known(2, ACCEPTED), known(2, ACCEPTED, { tries: 0 }), known(9, ACCEPTED));
      expect(await left()).toEqual(untouched);
    });

    it('[SYN-9] not believed once another owner has taken the batch over, or it was given back', async () => {
      const next = await claimAny(store, 'other', START + 15_000);
      expect(await settle(known(0, NEVER_LEFT))).toEqual([]);
      await store.release(next, 'other', START, START);
      expect(await settle(known(0, NEVER_LEFT))).toEqual([]);
      expect(await left()).toEqual(untouched);
    });

    it('[MSG-10] a report that came before the provider’s id is found by it', async () => {
      const report = { by: { providerId: 'p1' }, state: 'delivered', at: START } as const;
      await store.addCallback(WORKSPACE, batch.channel, '{}', new Uint8Array(), START);
      const [callback] = await store.callbacks(1);
      await store.finishCallback(callback?.id ?? 0, WORKSPACE, batch.channel, [report], START);
      await settle(known(0, ACCEPTED));
      expect((await readFeed(store)).map(({ state }) => state)).toEqual(['accepted', 'delivered']);
    });
  });
}
