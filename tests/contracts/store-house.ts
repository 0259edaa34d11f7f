/** Store contract: purge and counts. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RelayStore } from '#relay/store/types';
import {
  CHANNEL,
  channelRow,
  claimAny,
  intakeOf,
  messageId,
  partOf,
  readFeed,
  START,
  takeIn,
  WORKSPACE,
} from '#tests/builders/store-rows';
import { turnOf } from './store-dispatch.ts';
import type { CreateStore, StoreUnderTest } from './store.ts';

const PURGE_AT = START + 1_000_000;

export function storeHouseContract(createStore: CreateStore): void {
  let under: StoreUnderTest;
  let store: RelayStore;
  beforeEach(async () => {
    under = await createStore();
    store = under.store;
    await store.addChannel(channelRow());
  });
  afterEach(() => under.end());

  const stateSum = async () => Object.values((await store.counts()).byState).reduce((sum, count) => sum + count, 0);
  const view = (name: string) => store.message(WORKSPACE, messageId(name));

  describe('purge', () => {
    it('[MSG-10] leaves figures and receipts, and nothing to send', async () => {
      await takeIn(store, { counts: [3], purgeAt: PURGE_AT });
      const batch = await claimAny(store, 'a');
      await store.turn(
        batch,
        'a',
        START + 15_000,
        turnOf(
          batch,
          [0, 1, 2].map((at) => [at, { kind: 'accepted' }]),
        ),
      );
      await store.release(batch, 'a', START, START);
      const before = { message: await view('one'), feed: await readFeed(store) };
      expect(await store.purge(PURGE_AT - 1)).toBe(0);
      expect(await store.purge(PURGE_AT)).toBe(1);
      expect(await store.purge(PURGE_AT)).toBe(0);
      expect({ message: await view('one'), feed: await readFeed(store) }).toEqual(before);
      expect(await store.work(batch)).toEqual([]);
      expect(await store.intake(intakeOf({ counts: [3] }))).toMatchObject({ kind: 'known', state: 'sent' });
    });

    it('[MSG-10] ends what still waited: as expired, or as unknown where a try was begun', async () => {
      await takeIn(store, { counts: [3], purgeAt: PURGE_AT });
      const batch = await claimAny(store, 'a');
      await store.turn(batch, 'a', START + 15_000, turnOf(batch, [], [1]));
      await store.release(batch, 'a', START, START);
      expect(await store.purge(PURGE_AT)).toBe(1);
      expect(await readFeed(store)).toMatchObject([
        { recipient: 0, state: 'failed', stage: 'refused', reason: 'expired' },
        { recipient: 1, state: 'unknown' },
        { recipient: 2, state: 'failed', stage: 'refused', reason: 'expired' },
      ]);
      expect(await view('one')).toMatchObject({ state: 'sent', figures: { queued: 0, unknown: 1, failed: 2 } });
      expect(await store.readyChannels(PURGE_AT)).toEqual({ ready: [], nextAt: undefined });
    });

    it('[MSG-10] waits for a batch that somebody holds', async () => {
      await takeIn(store, { purgeAt: PURGE_AT });
      await claimAny(store, 'a', PURGE_AT - 10);
      expect(await store.purge(PURGE_AT)).toBe(0);
      expect(await store.purge(PURGE_AT + 15_000)).toBe(1);
    });

    it('[MSG-7] forgets a message that never came whole, so that its key may begin anew', async () => {
      await store.intake(intakeOf({ counts: [2, 2], purgeAt: PURGE_AT }));
      await store.addPart(WORKSPACE, messageId('one'), partOf({ counts: [2, 2] }, 0));
      expect(await store.purge(PURGE_AT)).toBe(1);
      expect(await view('one')).toBeUndefined();
      expect(await stateSum()).toBe(0);
      expect((await store.intake(intakeOf({ counts: [2, 2] }))).kind).toBe('created');
    });

    it('[SYN-7] takes expired links and sessions along', async () => {
      await store.addLink({ tokenHash: 'link', purpose: 'claim', expiresAt: PURGE_AT });
      await store.purge(PURGE_AT);
      const workspace = { id: WORKSPACE, name: 'Team', salt: 'salt', createdAt: START };
      const member = { id: 'm', workspace: WORKSPACE, name: 'Li', role: 'owner' } as const;
      const session = { tokenHash: 't', member: 'm', workspace: WORKSPACE, createdAt: START, expiresAt: PURGE_AT };
      // By the clock of then it would still hold.
      expect(await store.claim('link', START, workspace, member, session)).toBe(false);
    });
  });

  describe('counts', () => {
    it('[STA-2] every delivery is counted once, in every state it passes', async () => {
      await takeIn(store, { counts: [4] });
      expect(await store.counts()).toMatchObject({ queued: 4, calling: 0, callbacks: 0 });
      const batch = await claimAny(store, 'a');
      await store.turn(batch, 'a', START + 15_000, turnOf(batch, [], [0, 1]));
      expect(await store.counts()).toMatchObject({ queued: 2, calling: 2, byState: { queued: 4 } });
      await store.turn(batch, 'a', START + 15_000, turnOf(batch, [[0, { kind: 'accepted', providerId: 'x' }]], [2]));
      expect(await store.counts()).toMatchObject({ queued: 1, calling: 2, byState: { queued: 3, accepted: 1 } });
      await store.addCallback(WORKSPACE, CHANNEL, '{}', new Uint8Array(), START);
      const [callback] = await store.callbacks(1);
      const report = { by: { providerId: 'x' }, state: 'clicked', at: START } as const;
      await store.finishCallback(callback?.id ?? 0, WORKSPACE, CHANNEL, [report], START);
      expect(await store.counts()).toMatchObject({ byState: { queued: 3, accepted: 0, clicked: 1 } });
      expect(await stateSum()).toBe(4);
    });
  });
}
