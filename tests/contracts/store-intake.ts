/** Store contract: taking a message in, under its key, part by part. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RelayStore } from '#relay/store/types';
import {
  addressOf,
  channelRow,
  claimAny,
  intakeOf,
  messageId,
  partOf,
  START,
  takeIn,
  WORKSPACE,
} from '#tests/builders/store-rows';
import type { CreateStore, StoreUnderTest } from './store.ts';

export function storeIntakeContract(createStore: CreateStore): void {
  let under: StoreUnderTest;
  let store: RelayStore;
  beforeEach(async () => {
    under = await createStore();
    store = under.store;
    await store.addChannel(channelRow());
  });
  afterEach(() => under.end());

  const allParts = { counts: [2, 3, 1] };
  const add = (index: number) => store.addPart(WORKSPACE, messageId('one'), partOf(allParts, index));

  describe('intake', () => {
    it('[MSG-7] one key is one message, however many come at the same time', async () => {
      const results = await Promise.all(Array.from({ length: 100 }, () => store.intake(intakeOf(allParts))));
      expect(results.filter(({ kind }) => kind === 'created')).toHaveLength(1);
      expect(results.filter(({ kind }) => kind === 'known')).toHaveLength(99);
      expect(await store.messages(WORKSPACE, 10)).toHaveLength(1);
    });

    it('[MSG-7] the same key with another channel, content or audience is a conflict', async () => {
      await store.addChannel(channelRow({ code: channelRow().code, name: 'x' }));
      await store.intake(intakeOf(allParts));
      const others = [
        intakeOf({ ...allParts, content: { kind: 'text', text: 'Other' } }),
        intakeOf({ counts: [2, 3] }),
        { ...intakeOf(allParts), channel: 'other' as never },
        { ...intakeOf(allParts), parts: intakeOf({ ...allParts, name: 'two' }).parts },
      ];
      for (const other of others) expect((await store.intake(other)).kind).toBe('conflict');
      expect((await store.intake({ ...intakeOf(allParts), receivedAt: START + 1 })).kind).toBe('known');
    });

    it('[MSG-7] a channel that is gone takes no new message, and a known message stays known', async () => {
      await store.intake(intakeOf(allParts));
      await store.removeChannel(WORKSPACE, channelRow().code);
      expect((await store.intake(intakeOf(allParts))).kind).toBe('known');
      expect((await store.intake(intakeOf({ name: 'two' }))).kind).toBe('channelGone');
    });

    it('[MSG-7] parts come in any order and twice, and the answer names what is missing', async () => {
      expect(await store.intake(intakeOf(allParts))).toEqual({
        kind: 'created',
        missingParts: [0, 1, 2],
        state: 'receiving',
      });
      expect((await add(2)).kind).toBe('stored');
      expect((await add(2)).kind).toBe('known');
      expect((await add(0)).kind).toBe('stored');
      store = await under.reopen();
      expect(await store.intake(intakeOf(allParts))).toEqual({ kind: 'known', missingParts: [1], state: 'receiving' });
      expect(await store.complete(WORKSPACE, messageId('one'), 1_000, START)).toEqual({
        kind: 'partsMissing',
        missingParts: [1],
      });
      expect((await add(1)).kind).toBe('stored');
      const accepted = { kind: 'accepted', recipients: 6 };
      expect(await store.complete(WORKSPACE, messageId('one'), 1_000, START)).toEqual(accepted);
      expect(await store.complete(WORKSPACE, messageId('one'), 1_000, START)).toEqual(accepted);
      expect((await add(1)).kind).toBe('known');
      expect(await store.intake(intakeOf(allParts))).toEqual({ kind: 'known', missingParts: [], state: 'queued' });
    });

    it('[MSG-7] recipients stand where the whole message has them, whatever the order of the parts', async () => {
      await store.intake(intakeOf(allParts));
      for (const index of [1, 2, 0]) await add(index);
      await store.complete(WORKSPACE, messageId('one'), 1_000, START);
      const work = await store.work(await claimAny(store, 'a'));
      expect(work.map(({ recipient, address }) => [recipient, address])).toEqual(
        [0, 1, 2, 3, 4, 5].map((recipient) => [recipient, addressOf('one', recipient)]),
      );
      expect(work[4]?.variables).toEqual({ name: 'Person 4' });
    });

    it('[MSG-7] a part that is not the one announced changes nothing', async () => {
      await store.intake(intakeOf(allParts));
      const part = partOf(allParts, 1);
      const wrong = [
        { ...part, hash: 'f'.repeat(64) },
        { ...part, index: 3 },
        { ...part, addresses: part.addresses.slice(1) },
        { ...part, contacts: [...part.contacts, 'x'] },
        { ...part, variables: { name: ['only one'] } },
      ];
      for (const each of wrong) expect((await store.addPart(WORKSPACE, messageId('one'), each)).kind).toBe('mismatch');
      expect((await store.addPart(WORKSPACE, messageId('none'), part)).kind).toBe('noMessage');
      expect((await store.message(WORKSPACE, messageId('one')))?.recipients).toBe(0);
      expect((await add(1)).kind).toBe('stored');
    });

    it('[MSG-7] only values that the content asks for are kept, and a missing column is empty', async () => {
      const content = { kind: 'text', text: '{{city|here}} {{name}}' } as const;
      await store.intake(intakeOf({ content }));
      const part = partOf({}, 0);
      const variables = { ...part.variables, secret: ['a', 'b', 'c'] };
      await store.addPart(WORKSPACE, messageId('one'), { ...part, variables });
      await store.complete(WORKSPACE, messageId('one'), 1_000, START);
      const [first] = await store.work(await claimAny(store, 'a'));
      expect({ ...first?.variables }).toEqual({ city: '', name: 'Person 0' });
    });

    it('[MSG-10] a message says where it stands', async () => {
      await takeIn(store, { counts: [4] });
      await takeIn(store, { name: 'two', counts: [1] });
      expect((await store.messages(WORKSPACE, 10)).map(({ id }) => id)).toEqual([messageId('two'), messageId('one')]);
      expect(await store.messages(WORKSPACE, 1)).toHaveLength(1);
      expect(await store.message(WORKSPACE, messageId('one'))).toEqual({
        id: messageId('one'),
        author: 'owner',
        channel: channelRow().code,
        state: 'queued',
        planned: 5,
        effective: 4,
        recipients: 4,
        receivedAt: START,
        figures: { queued: 4, unknown: 0, sent: 0, failed: 0, delivered: 0, clicked: 0 },
      });
    });
  });
}
