/** Store contract: with another workspace's id every method finds nothing and changes nothing. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deliveryKey } from '#relay/store/delivery-key';
import type { Batch, RelayStore } from '#relay/store/types';
import {
  CHANNEL,
  channelRow,
  claimAny,
  intakeOf,
  messageId,
  OTHER_WORKSPACE,
  partOf,
  readFeed,
  START,
  takeIn,
  WORKSPACE,
} from '#tests/builders/store-rows';
import { turnOf } from './store-dispatch.ts';
import type { CreateStore, StoreUnderTest } from './store.ts';

export function storeIsolationContract(createStore: CreateStore): void {
  let under: StoreUnderTest;
  let store: RelayStore;
  let batch: Batch;

  beforeEach(async () => {
    under = await createStore();
    store = under.store;
    await store.addChannel(channelRow());
    await takeIn(store, { counts: [2] });
    batch = await claimAny(store, 'a');
    await store.turn(batch, 'a', START + 15_000, turnOf(batch, [[0, { kind: 'accepted', providerId: 'id-0' }]], [1]));
    await store.intake(intakeOf({ name: 'half' }));
  });
  afterEach(() => under.end());

  /** Everything that one workspace can be told. */
  const everything = async (workspace = WORKSPACE) => ({
    channels: await store.channels(workspace),
    messages: await store.messages(workspace, 100),
    feed: await readFeed(store, workspace),
    cursor: await store.lastCursor(workspace),
  });

  describe('workspaces', () => {
    it('[SYN-7] reading with a foreign workspace finds nothing', async () => {
      expect(await everything(OTHER_WORKSPACE)).toEqual({ channels: [], messages: [], feed: [], cursor: 0 });
      expect(await store.channel(OTHER_WORKSPACE, CHANNEL)).toBeUndefined();
      expect(await store.message(OTHER_WORKSPACE, messageId('one'))).toBeUndefined();
      expect(await store.work({ ...batch, workspace: OTHER_WORKSPACE })).toEqual([]);
      const key = { workspace: OTHER_WORKSPACE, code: CHANNEL };
      expect(await store.claimBatch(key, 'b', START + 99_999, START + 100_000)).toBeUndefined();
    });

    it('[SYN-7] writing with a foreign workspace changes nothing', async () => {
      const before = await everything();
      const foreign = OTHER_WORKSPACE;
      expect(await store.changeChannel(foreign, CHANNEL, { name: 'Stolen' })).toBe('gone');
      expect(await store.removeChannel(foreign, CHANNEL)).toBe('gone');
      await store.setChannelDown({ workspace: foreign, code: CHANNEL }, START);
      expect(await store.intake(intakeOf({ workspace: foreign, name: 'new' }))).toEqual({ kind: 'channelGone' });
      expect(await store.addPart(foreign, messageId('half'), partOf({ name: 'half' }, 0))).toEqual({
        kind: 'noMessage',
      });
      expect(await store.complete(foreign, messageId('half'), 10, START)).toEqual({ kind: 'noMessage' });
      expect(await everything()).toEqual(before);
    });

    it('[SYN-7] reports through a foreign workspace or another channel move nothing', async () => {
      const before = await everything();
      const reports = [
        { by: { providerId: 'id-0' }, state: 'delivered', at: START },
        { by: { key: deliveryKey(batch.keyPrefix, 1) }, state: 'delivered', at: START },
      ] as const;
      for (const [workspace, code] of [
        [OTHER_WORKSPACE, CHANNEL],
        [WORKSPACE, 'other' as typeof CHANNEL],
      ] as const) {
        await store.addCallback(workspace, code, '{}', new Uint8Array(), START);
        const [callback] = await store.callbacks(1);
        await store.finishCallback(callback?.id ?? 0, workspace, code, reports, START);
      }
      await store.addCallback(WORKSPACE, CHANNEL, '{}', new Uint8Array(), START);
      const [own] = await store.callbacks(1);
      await store.finishCallback(own?.id ?? 0, OTHER_WORKSPACE, CHANNEL, reports, START);
      expect(await store.callbacks(10)).toHaveLength(1);
      expect(await everything()).toEqual(before);
    });

    it('[SYN-7] the same key in two workspaces is two messages with keys and cursors of their own', async () => {
      await store.addChannel(channelRow({ workspace: OTHER_WORKSPACE }));
      await takeIn(store, { workspace: OTHER_WORKSPACE, counts: [2] });
      const other = await store.claimBatch({ workspace: OTHER_WORKSPACE, code: CHANNEL }, 'b', START, START + 15_000);
      expect(other?.keyPrefix).not.toBe(batch.keyPrefix);
      if (other) await store.turn(other, 'b', START + 15_000, turnOf(other, [[1, { kind: 'accepted' }]]));
      expect((await everything(OTHER_WORKSPACE)).feed).toMatchObject([{ cursor: 1, recipient: 1 }]);
      expect((await everything()).feed).toMatchObject([{ cursor: 1, recipient: 0 }]);
    });
  });
}
