/** Store contract: claims, one-time links, sessions, channels. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RelayStore, SessionRow } from '#relay/store/types';
import { channelRow, codeOf, CHANNEL, OTHER_WORKSPACE, START, WORKSPACE } from '#tests/builders/store-rows';
import type { CreateStore, StoreUnderTest } from './store.ts';

const WORKSPACE_ROW = { id: WORKSPACE, name: 'Team', salt: 'salt', createdAt: START };
const OWNER = { id: 'member-1', workspace: WORKSPACE, name: 'Li', role: 'owner' } as const;
const session = (tokenHash: string): SessionRow => ({
  tokenHash,
  member: OWNER.id,
  workspace: WORKSPACE,
  createdAt: START,
  expiresAt: START + 1_000,
});

export function storeAccessContract(createStore: CreateStore): void {
  let under: StoreUnderTest;
  let store: RelayStore;
  beforeEach(async () => {
    under = await createStore();
    store = under.store;
  });
  afterEach(() => under.end());

  const link = (tokenHash: string, purpose: 'claim' | 'signIn', expiresAt = START + 100) =>
    store.addLink({ tokenHash, purpose, expiresAt });

  describe('who', () => {
    it('[SYN-7] a claim makes workspace, owner and session, and outlives a restart', async () => {
      await link('link', 'claim');
      expect(await store.workspace()).toBeUndefined();
      expect(await store.claim('link', START, WORKSPACE_ROW, OWNER, session('token'))).toBe(true);
      store = await under.reopen();
      expect(await store.workspace()).toEqual(WORKSPACE_ROW);
      expect(await store.session('token', START)).toMatchObject({ member: OWNER.id, memberName: 'Li', role: 'owner' });
    });

    it('[SYN-7] a link is used once, however many try at the same time', async () => {
      await link('link', 'claim');
      const results = await Promise.all(
        Array.from({ length: 50 }, (_, at) => store.claim('link', START, WORKSPACE_ROW, OWNER, session(`token-${at}`))),
      );
      expect(results.filter(Boolean)).toHaveLength(1);
    });

    it('[SYN-7] a claimed relay is not claimed again by a link that was made before', async () => {
      await link('first', 'claim');
      await link('second', 'claim');
      await store.claim('first', START, WORKSPACE_ROW, OWNER, session('token'));
      const other = { ...WORKSPACE_ROW, id: OTHER_WORKSPACE };
      expect(await store.claim('second', START, other, { ...OWNER, id: 'm2' }, session('thief'))).toBe(false);
      expect(await store.session('thief', START)).toBeUndefined();
      expect(await store.workspace()).toEqual(WORKSPACE_ROW);
    });

    it('[SYN-7] an expired, unknown or other-purpose link opens nothing', async () => {
      await link('old', 'claim', START);
      await link('sign-in', 'signIn');
      for (const token of ['old', 'sign-in', 'unknown']) {
        expect(await store.claim(token, START, WORKSPACE_ROW, OWNER, session(token))).toBe(false);
      }
      const opening = { tokenHash: 'token', createdAt: START, expiresAt: START + 1_000 };
      expect(await store.signIn('sign-in', START, opening)).toBe(false);
      expect(await store.workspace()).toBeUndefined();
    });

    it('[SYN-7] a sign-in link opens a session of the owner, once', async () => {
      await link('claim', 'claim');
      await store.claim('claim', START, WORKSPACE_ROW, OWNER, session('token'));
      await link('again', 'signIn');
      const opening = (tokenHash: string) => ({ tokenHash, createdAt: START, expiresAt: START + 1_000 });
      expect(await store.signIn('again', START, opening('second'))).toBe(true);
      expect(await store.signIn('again', START, opening('third'))).toBe(false);
      expect(await store.session('second', START)).toMatchObject({ member: OWNER.id, workspace: WORKSPACE });
      expect(await store.session('third', START)).toBeUndefined();
    });

    it('[SYN-7] a sign-in link for a member opens a session of that member and of nobody else', async () => {
      await link('claim', 'claim');
      await store.claim('claim', START, WORKSPACE_ROW, OWNER, session('token'));
      const opening = (tokenHash: string) => ({ tokenHash, createdAt: START, expiresAt: START + 1_000 });
      await store.addLink({ tokenHash: 'own', purpose: 'signIn', expiresAt: START + 100, member: OWNER.id });
      store = await under.reopen();
      expect(await store.signIn('own', START + 100, opening('late'))).toBe(false);
      expect(await store.signIn('own', START, opening('second'))).toBe(true);
      expect(await store.session('second', START)).toMatchObject({ member: OWNER.id, workspace: WORKSPACE });
      expect(await store.workspace(WORKSPACE)).toEqual(WORKSPACE_ROW);
      expect(await store.workspace(OTHER_WORKSPACE)).toBeUndefined();
    });

    it('[SYN-7] a session ends at its time or by itself, is renewed while it stands, and never after', async () => {
      await link('link', 'claim');
      await store.claim('link', START, WORKSPACE_ROW, OWNER, session('token'));
      await store.renewSession('token', START + 500, START + 2_000);
      expect(await store.session('token', START + 1_999)).toBeDefined();
      expect(await store.session('token', START + 2_000)).toBeUndefined();
      await store.renewSession('token', START + 2_000, START + 9_000);
      expect(await store.session('token', START + 3_000)).toBeUndefined();
      await store.endSession('token');
      expect(await store.session('token', START)).toBeUndefined();
    });
  });

  describe('channels', () => {
    it('[CHA-2] a channel comes back as it was made, also after a restart', async () => {
      const channel = channelRow({ perSecond: 2.5 });
      expect(await store.addChannel(channel)).toBe('added');
      store = await under.reopen();
      expect(await store.channel(WORKSPACE, CHANNEL)).toEqual(channel);
      expect(await store.channels(WORKSPACE)).toEqual([channel]);
      expect(await store.channelByCallback(channel.callbackSecret)).toEqual(channel);
      expect(await store.channelByCallback('guessed')).toBeUndefined();
    });

    it('[CHA-2] code and name are unique in the workspace', async () => {
      await store.addChannel(channelRow());
      expect(await store.addChannel(channelRow({ name: 'Other', callbackSecret: 'x' }))).toBe('codeTaken');
      const sameName = channelRow({ code: codeOf('other'), name: channelRow().name });
      expect(await store.addChannel(sameName)).toBe('nameTaken');
      expect(await store.addChannel(channelRow({ workspace: OTHER_WORKSPACE }))).toBe('added');
    });

    it('[CHA-2] what a change does not name stays, and a taken name is refused', async () => {
      await store.addChannel(channelRow({ perSecond: 5 }));
      await store.addChannel(channelRow({ code: codeOf('second'), name: 'Second' }));
      const gone = await store.changeChannel(WORKSPACE, codeOf('none'), { name: 'New' });
      expect(gone).toBe('gone');
      expect(await store.changeChannel(WORKSPACE, CHANNEL, { name: 'Second' })).toBe('nameTaken');
      expect(await store.changeChannel(WORKSPACE, CHANNEL, { name: 'Renamed' })).toBe('changed');
      expect(await store.changeChannel(WORKSPACE, CHANNEL, { sealedCredentials: 'new' })).toBe('changed');
      expect(await store.channel(WORKSPACE, CHANNEL)).toEqual(
        channelRow({ name: 'Renamed', sealedCredentials: 'new', perSecond: 5 }),
      );
    });

    it('[CHA-2] a removed channel is gone, and its code is free', async () => {
      await store.addChannel(channelRow());
      expect(await store.removeChannel(WORKSPACE, CHANNEL)).toBe('removed');
      expect(await store.removeChannel(WORKSPACE, CHANNEL)).toBe('gone');
      expect(await store.channel(WORKSPACE, CHANNEL)).toBeUndefined();
      expect(await store.addChannel(channelRow())).toBe('added');
    });
  });
}
