/** Store contract: the log. Every entry is answered by itself, stands once, and never changes. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BlockId, DeviceId, EntryId } from '#domain/ids';
import { timeFromMs } from '#log/time';
import type { Entry } from '#log/types';
import { ENTRY_BYTES, MOST_AHEAD_MS } from '#protocol/log';
import type { LogPush, Pusher } from '#relay/store/log-types';
import type { RelayStore } from '#relay/store/types';
import { entryOf } from '#tests/builders/entries';
import { OTHER_WORKSPACE, START, WORKSPACE } from '#tests/builders/store-rows';
import type { CreateStore, StoreUnderTest } from './store.ts';

const DEVICE = 'device-a' as DeviceId;
export const SESSION = 'session-hash';
const RELAY: Pusher = { kind: 'relay' };
const device = (cursor = 0, tokenHash = SESSION, id = DEVICE): Pusher => ({
  kind: 'session',
  tokenHash,
  device: id,
  cursor,
});
const undo = (id: string, body: object = {}, ms = START) =>
  entryOf({ kind: 'undo', of: 'an-import', undone: true, ...body }, { ms, id });
const ERASURE = { kind: 'erasure', contacts: [], keys: [] };

/** An owner with a session, as a claim makes them. */
export async function signIn(store: RelayStore): Promise<void> {
  await store.addLink({ tokenHash: 'claim', purpose: 'claim', expiresAt: START + 1 });
  const session = { tokenHash: SESSION, member: 'm', workspace: WORKSPACE, createdAt: START, expiresAt: START + 1_000 };
  const workspace = { id: WORKSPACE, name: 'Team', salt: 'salt', createdAt: START };
  const member = { id: 'm', workspace: WORKSPACE, name: 'Li', role: 'owner' } as const;
  await store.claim('claim', START, workspace, member, session);
}

export function push(store: RelayStore, entries: readonly unknown[], more: Partial<LogPush> = {}) {
  return store.appendEntries({ workspace: WORKSPACE, author: 'm', pusher: device(), entries, now: START, ...more });
}

export function storeLogContract(createStore: CreateStore): void {
  let under: StoreUnderTest;
  let store: RelayStore;
  beforeEach(async () => {
    under = await createStore();
    store = under.store;
    await signIn(store);
  });
  afterEach(() => under.end());

  const pushed = async (...input: Parameters<typeof push> extends [unknown, ...infer Rest] ? Rest : never) => {
    const outcome = await push(store, ...input);
    if (outcome.kind !== 'answered') return outcome.kind;
    return outcome.results.map((result) =>
      result.result === 'refused' ? result.reason : `${result.result} ${String(result.position)}`,
    );
  };
  const page = (after = 0, limit = 500, bytes = 1_000_000, workspace = WORKSPACE) =>
    store.entriesAfter(workspace, after, limit, bytes);
  const stored = async () => (await page()).items.map(({ json }) => JSON.parse(json) as Entry);
  const openSession = async (tokenHash: string) => {
    await store.addLink({ tokenHash: `link ${tokenHash}`, purpose: 'signIn', expiresAt: START + 1 });
    await store.signIn(`link ${tokenHash}`, START, { tokenHash, createdAt: START, expiresAt: START + 1_000 });
  };

  describe('the log', () => {
    it('[SYN-9] entries stand in the order of their coming, with their author, also after a restart', async () => {
      const forged = { ...undo('two'), author: 'somebody else' };
      expect(await pushed([undo('one'), forged])).toEqual(['taken 1', 'taken 2']);
      expect(await pushed([undo('three')])).toEqual(['taken 3']);
      store = await under.reopen();
      expect(await stored()).toEqual(['one', 'two', 'three'].map((id) => ({ ...undo(id), author: 'm' })));
      expect(await store.lastPosition(WORKSPACE)).toBe(3);
      expect(await pushed([undo('four')])).toEqual(['taken 4']);
    });

    it('[SYN-9] what is known stays as it was first, whoever pushes it again and however', async () => {
      await pushed([undo('one'), undo('one')]);
      await openSession('second');
      const other = { ...undo('one', { undone: false }), device: 'device-b' as DeviceId };
      const late = { ...other, time: timeFromMs(START + 2 * MOST_AHEAD_MS) };
      const erasing = { ...other, body: ERASURE };
      const pusher = device(0, 'second', 'device-b' as DeviceId);
      expect(await pushed([other, late, erasing, undo('two')], { pusher })).toEqual([
        ...['known 1', 'known 1', 'known 1'],
        'device',
      ]);
      expect(await stored()).toEqual([{ ...undo('one'), author: 'm' }]);
      expect(await store.lastPosition(WORKSPACE)).toBe(1);
    });

    it('[SYN-8] a kind and fields that a newer version wrote are kept and passed on', async () => {
      const newer = { ...undo('newer'), body: { kind: 'from-the-future', deep: { list: [1, null, 'x'] } }, extra: 'y' };
      expect(await pushed([newer])).toEqual(['taken 1']);
      expect(await stored()).toEqual([{ ...newer, author: 'm' }]);
    });

    it('[SYN-9] what is no entry, too large or endlessly deep is refused alone', async () => {
      let deep: unknown = 'x';
      for (let depth = 0; depth < 5_000; depth += 1) deep = [deep];
      const proto = JSON.parse('{"kind":"x","__proto__":{"admin":true}}') as Entry['body'];
      const wrong = [
        ...['text', null, {}, { ...undo('x'), format: 2 }, { ...undo('x'), id: 'a/b' }, { ...undo('x'), id: '' }],
        ...[undo('long', { of: 'x'.repeat(ENTRY_BYTES) }), undo('deep', { deep }), entryOf(proto, { ms: START })],
      ];
      expect(await pushed([...wrong, undo('good')])).toEqual([...wrong.map(() => 'form'), 'taken 1']);
      const outcome = await push(store, [{ id: 'named' }, { id: 7 }]);
      expect(outcome).toMatchObject({ results: [{ id: 'named' }, { id: '' }] });
    });

    it('[SYN-9] a commit may be larger than a change', async () => {
      const newGroups = Array.from({ length: 2_000 }, () => ({ id: '0'.repeat(16), name: 'A group of the import' }));
      const body = { kind: 'commit', weight: 'strong', blocks: [], joins: [], leaves: [], newGroups };
      expect(await pushed([entryOf(body, { ms: START })])).toEqual(['taken 1']);
    });

    it('[SYN-3] a time far ahead is refused, one a little ahead or long past is not', async () => {
      const at = (id: string, ms: number) => undo(id, {}, ms);
      const entries = [at('far', START + MOST_AHEAD_MS + 1), at('near', START + MOST_AHEAD_MS), at('old', 0)];
      expect(await pushed(entries)).toEqual(['time', 'taken 1', 'taken 2']);
    });

    it('[SYN-3] as a device the relay gets the next time of the log, also after a restart', async () => {
      const relayDevice: Pusher = { kind: 'relayDevice', device: 'relay-of-this-store' as DeviceId };
      const own = (id: string) => ({ id, body: ERASURE });
      await pushed([undo('ahead', {}, START + MOST_AHEAD_MS), undo('one')]);
      expect(await pushed([own('a'), undo('one'), own('a'), {}], { pusher: relayDevice })).toEqual([
        ...['taken 3', 'known 2', 'known 3', 'form'],
      ]);
      store = await under.reopen();
      await pushed([own('b')], { pusher: relayDevice, now: START - MOST_AHEAD_MS });
      const ahead = timeFromMs(START + MOST_AHEAD_MS);
      expect((await stored()).map(({ time }) => time - ahead)).toEqual([0, timeFromMs(START) - ahead, 1, 2]);
    });

    it('[CON-10] an erasure is the relay’s alone, and a device that does not know it must pull first', async () => {
      expect(await pushed([undo('one'), { ...undo('erase'), body: ERASURE }])).toEqual(['taken 1', 'role']);
      expect(await pushed([{ ...undo('erase'), body: ERASURE }], { pusher: RELAY, author: 'relay' })).toEqual([
        'taken 2',
      ]);
      expect(await pushed([undo('two')], { pusher: device(1) })).toBe('behind');
      store = await under.reopen();
      expect(await pushed([undo('two')], { pusher: device(1) })).toBe('behind');
      expect(await store.lastPosition(WORKSPACE)).toBe(2);
      expect(await pushed([undo('two')], { pusher: device(2) })).toEqual(['taken 3']);
    });

    it('[SYN-2] a session pushes for the device of its first push alone', async () => {
      const other = 'device-b' as DeviceId;
      const foreign = { ...undo('foreign'), device: other };
      expect(await pushed([undo('one'), foreign, undo('two')])).toEqual(['taken 1', 'device', 'taken 2']);
      expect(await pushed([foreign], { pusher: device(0, SESSION, other) })).toEqual(['device']);
      expect(await pushed([undo('three')], { pusher: device(0, SESSION, other) })).toEqual(['device']);
      store = await under.reopen();
      expect(await pushed([foreign], { pusher: device(0, SESSION, other) })).toEqual(['device']);
      await openSession('second');
      expect(await pushed([foreign], { pusher: device(0, 'second', other) })).toEqual(['taken 3']);
    });

    it('[SYN-2] a session that has ended, or is of another workspace, pushes nothing', async () => {
      expect(await pushed([undo('one')], { now: START + 1_000 })).toBe('signedOut');
      expect(await pushed([undo('one')], { workspace: OTHER_WORKSPACE })).toBe('signedOut');
      await store.endSession(SESSION);
      expect(await pushed([undo('one')])).toBe('signedOut');
      expect(await store.lastPosition(WORKSPACE)).toBe(0);
    });

    it('[SYN-8] pages end by number and by size, and lead to the end', async () => {
      await pushed(Array.from({ length: 10 }, (_, at) => undo(`entry-${String(at)}`, { of: 'x'.repeat(1_000) })));
      const byNumber = await page(0, 4);
      expect([byNumber.items.length, byNumber.cursor, byNumber.more]).toEqual([4, 4, true]);
      const bySize = await page(4, 500, 3_500);
      expect([bySize.items.length, bySize.cursor, bySize.more]).toEqual([3, 7, true]);
      expect((await page(7, 500, 1)).items).toHaveLength(1);
      const last = await page(8, 2);
      expect([last.items.map(({ position }) => position), last.more]).toEqual([[9, 10], false]);
      expect(await page(10)).toEqual({ items: [], cursor: 10, more: false });
    });

    it('[SYN-7] workspaces have logs of their own', async () => {
      await pushed([undo('one')]);
      const relays = { pusher: RELAY, author: 'relay', workspace: OTHER_WORKSPACE };
      expect(await pushed([undo('one', { undone: false })], relays)).toEqual(['taken 1']);
      expect((await page()).items).toHaveLength(1);
      expect((await page(0, 500, 1_000_000, OTHER_WORKSPACE)).items[0]?.json).toContain('"undone":false');
      expect(await stored()).toMatchObject([{ body: { undone: true } }]);
    });

    it('[SYN-8] the incarnation stays over restarts, and is another where a device knows more than the store', async () => {
      const first = await store.incarnation();
      expect(first).toMatch(/^[\w-]{22}$/);
      await pushed([undo('one')]);
      store = await under.reopen();
      await store.compareLog(WORKSPACE, { position: 1 });
      expect(await store.incarnation()).toBe(first);
      await store.compareLog(WORKSPACE, { position: 2 });
      const second = await store.incarnation();
      expect(second).not.toBe(first);
      await pushed([undo('two')], { pusher: device(9) });
      store = await under.reopen();
      expect(await store.incarnation()).toBe(second);
    });

    it('[SYN-8] the incarnation is another where another entry stands than a device knows there, of this store', async () => {
      await pushed([undo('one'), undo('two')]);
      store = await under.reopen();
      const incarnation = await store.incarnation();
      const compare = (position: number, entry: string, of = incarnation) =>
        store.compareLog(WORKSPACE, { incarnation: of, position, entry: entry as EntryId });
      expect(await store.entryAt(WORKSPACE, 2)).toBe('two');
      expect(await store.entryAt(WORKSPACE, 3)).toBeUndefined();
      await compare(1, 'one');
      await compare(2, 'two');
      // What was known of a store of before says nothing of this one.
      await compare(2, 'three', 'another');
      await compare(9, 'three', 'another');
      expect(await store.incarnation()).toBe(incarnation);
      await compare(2, 'three');
      expect(await store.incarnation()).not.toBe(incarnation);
    });
  });

  describe('blocks of entries', () => {
    const id = (name: string) => name as BlockId;
    const HASH = 'a'.repeat(64);
    const announce = (name: string, changes: object = {}, now = START, workspace = WORKSPACE) => {
      const intake = {
        id: id(name),
        hash: HASH,
        sizeBytes: 5,
        entry: '',
        device: '',
        tokenHash: SESSION,
        cursor: 0,
      } as const;
      return store.announceBlock(workspace, { ...intake, ...changes }, now);
    };
    const bring = async (name: string, changes: object = {}, now = START) => {
      await announce(name, changes, now);
      await store.keepBlock(WORKSPACE, id(name));
    };
    const ref = (name: string, hash = HASH) => ({ id: id(name), hash, rows: 1, sizeBytes: 5 });
    const commit = (entry: string, ...blocks: readonly ReturnType<typeof ref>[]) =>
      entryOf(
        { kind: 'commit', source: 'import', weight: 'strong', blocks, joins: [], leaves: [], newGroups: [] },
        { ms: START, id: entry },
      );

    it('[IMP-9] a commit waits for all its blocks, each with its hash, and nothing behind it is looked at', async () => {
      await bring('here');
      await announce('arriving');
      for (const entry of [
        commit('one', ref('here'), ref('absent')),
        commit('one', ref('here', 'b'.repeat(64))),
        commit('one', ref('arriving')),
      ]) {
        expect(await pushed([undo('before'), entry, undo('after')])).toEqual([expect.stringMatching(/ 1$/), 'blocks']);
      }
      await store.keepBlock(WORKSPACE, id('arriving'));
      expect(await pushed([commit('one', ref('here'), ref('arriving')), undo('after')])).toEqual([
        'taken 2',
        'taken 3',
      ]);
    });

    it('[IMP-9] a block is known by its hash once its bytes are there', async () => {
      expect(await announce('one')).toBe('new');
      expect(await announce('one', { hash: 'b'.repeat(64) })).toBe('new');
      expect(await store.blockHash(WORKSPACE, id('one'))).toBeUndefined();
      await store.keepBlock(WORKSPACE, id('one'));
      store = await under.reopen();
      expect(await announce('one', { hash: 'b'.repeat(64) })).toBe('there');
      expect(await announce('one')).toBe('taken');
      expect(await store.blockHash(WORKSPACE, id('one'))).toBe('b'.repeat(64));
      expect(await store.knownBlocks(WORKSPACE, [id('one'), id('two')])).toEqual(new Set(['one']));
    });

    it('[SYN-9] an upload is a commit whose blocks are here and which is not', async () => {
      await bring('one', { entry: 'commit-a', device: DEVICE }, START + 5);
      await bring('two', { entry: 'commit-a', device: DEVICE }, START + 9);
      await bring('three', { entry: 'commit-b', device: 'device-b' });
      await bring('four');
      await announce('five', { entry: 'commit-c' });
      const a = { entry: 'commit-a', device: DEVICE, blocks: 2, since: START + 5 };
      expect(await store.uploads(WORKSPACE)).toEqual([
        { entry: 'commit-b', device: 'device-b', blocks: 1, since: START },
        a,
      ]);
      await pushed([commit('commit-b', ref('three'))]);
      expect(await store.uploads(WORKSPACE)).toEqual([a]);
      // From now on the session's device is known.
      await bring('six', { entry: 'commit-d' });
      expect(await store.uploads(WORKSPACE)).toMatchObject([{ entry: 'commit-d', device: DEVICE }, a]);
    });

    it('[SYN-9] a block that no entry came to name goes, a pinned one and a young one stay', async () => {
      await bring('pinned');
      await bring('loose');
      await announce('half');
      await bring('young', {}, START + 10);
      await pushed([commit('one', ref('pinned'))]);
      expect(await store.releaseBlocks(START, 10)).toEqual([]);
      const released = await store.releaseBlocks(START + 1, 10);
      expect(released.map((block) => block.id).toSorted()).toEqual(['half', 'loose']);
      expect(released[0]?.workspace).toBe(WORKSPACE);
      expect(await pushed([commit('two', ref('loose'))])).toEqual(['blocks']);
      await bring('half', {}, START + 20);
      for (const name of ['half', 'loose', 'pinned']) await store.forgetBlock(WORKSPACE, id(name));
      const all = ['pinned', 'loose', 'half', 'young'].map(id);
      expect(await store.knownBlocks(WORKSPACE, all)).toEqual(new Set(['pinned', 'half', 'young']));
    });

    it('[SYN-7] a foreign workspace finds no block, pins none, removes none', async () => {
      await bring('one', { entry: 'commit-a' });
      const relays = { pusher: RELAY, author: 'relay', workspace: OTHER_WORKSPACE };
      expect(await pushed([commit('theirs', ref('one'))], relays)).toEqual(['blocks']);
      expect(await store.blockHash(OTHER_WORKSPACE, id('one'))).toBeUndefined();
      expect(await store.knownBlocks(OTHER_WORKSPACE, [id('one')])).toEqual(new Set());
      expect(await store.uploads(OTHER_WORKSPACE)).toEqual([]);
      await store.forgetBlock(OTHER_WORKSPACE, id('one'));
      expect(await announce('one', { hash: 'b'.repeat(64) }, START, OTHER_WORKSPACE)).toBe('new');
      expect(await store.blockHash(WORKSPACE, id('one'))).toBe(HASH);
    });
  });
}
