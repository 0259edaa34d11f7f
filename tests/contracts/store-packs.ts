/** Store contract: packs. An entry stands once, in its place, whether packed or not; whoever packs second packs nothing. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BlockId, DeviceId, EntryId } from '#domain/ids';
import { timeFromMs } from '#log/time';
import type { PackBounds, RunToPack } from '#relay/store/log-types';
import type { RelayStore } from '#relay/store/types';
import { entryOf } from '#tests/builders/entries';
import { OTHER_WORKSPACE, START, WORKSPACE } from '#tests/builders/store-rows';
import { push, SESSION, signIn } from './store-log.ts';
import type { CreateStore, StoreUnderTest } from './store.ts';

const HASH = 'a'.repeat(64);
const BOUNDS: PackBounds = { before: timeFromMs(START), least: 2, most: 3, bytes: 1_000_000 };
const block = (name: string) => ({ id: name as BlockId, hash: HASH, sizeBytes: 5 });
const undo = (id: string, ms = START - 1, of = 'an-import') => entryOf({ kind: 'undo', of, undone: true }, { ms, id });

export function storePacksContract(createStore: CreateStore): void {
  let under: StoreUnderTest;
  let store: RelayStore;
  beforeEach(async () => {
    under = await createStore();
    store = under.store;
    await signIn(store);
  });
  afterEach(() => under.end());

  const bring = async (name: string, workspace = WORKSPACE) => {
    const intake = {
      ...block(name),
      entry: '',
      device: '',
      tokenHash: SESSION,
      cursor: Number.MAX_SAFE_INTEGER,
    } as const;
    await store.announceBlock(workspace, intake, START);
    await store.keepBlock(workspace, intake.id);
  };
  const runOf = async (bounds: Partial<PackBounds> = {}) => store.entriesToPack({ ...BOUNDS, ...bounds });
  const nextRun = async (bounds: Partial<PackBounds> = {}): Promise<RunToPack> => {
    const run = await runOf(bounds);
    if (!run) throw new Error('nothing to pack');
    return run;
  };
  const idsOf = (run: RunToPack | undefined) => run?.jsons.map((json) => (JSON.parse(json) as { id: string }).id);
  const page = (after = 0, limit = 500) => store.entriesAfter(WORKSPACE, after, limit, 1_000_000);
  const positions = async (after = 0) => {
    const { items, pack, cursor, more } = await page(after);
    return { at: items.map(({ position }) => position), pack: pack?.id, cursor, more };
  };
  const packNext = async (name: string, bounds: Partial<PackBounds> = {}) => {
    await bring(name);
    return store.packEntries(await nextRun(bounds), block(name));
  };

  describe('packs', () => {
    beforeEach(() =>
      push(
        store,
        ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => undo(id)),
      ),
    );

    it('[SYN-8] a run is of the oldest entries, bounded by number, size and time', async () => {
      expect(await nextRun()).toMatchObject({ workspace: WORKSPACE, first: 1 });
      expect(idsOf(await nextRun())).toEqual(['a', 'b', 'c']);
      expect(idsOf(await nextRun({ bytes: 1, least: 5 }))).toEqual(['a']);
      expect(await runOf({ before: timeFromMs(START - 1) })).toBeUndefined();
      expect(await runOf({ least: 7, most: 9 })).toBeUndefined();
      await push(store, [undo('young', START), undo('old')]);
      expect(idsOf(await nextRun({ most: 9 }))).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    });

    it('[SYN-8] a page is single entries, or the pack in which the next one lies, also after a restart', async () => {
      expect(await packNext('one')).toBe('packed');
      expect(await packNext('two', { most: 2 })).toBe('packed');
      store = await under.reopen();
      const first = { first: 1, last: 3, ...block('one') };
      const second = { first: 4, last: 5, ...block('two') };
      expect(await page()).toEqual({ pack: first, items: [], cursor: 3, more: true });
      expect(await page(1)).toEqual({ pack: first, items: [], cursor: 3, more: true });
      expect(await page(3, 1)).toEqual({ pack: second, items: [], cursor: 5, more: true });
      expect(await positions(5)).toEqual({ at: [6], pack: undefined, cursor: 6, more: false });
      expect(await store.packs(WORKSPACE)).toEqual([first, second]);
      expect(await store.lastPosition(WORKSPACE)).toBe(6);
    });

    it('[SYN-9] an entry that is packed is known, in its place', async () => {
      await packNext('one');
      const outcome = await push(store, [undo('b', START, 'another'), undo('new')]);
      expect(outcome).toMatchObject({
        results: [
          { id: 'b', result: 'known', position: 2 },
          { id: 'new', result: 'taken', position: 7 },
        ],
      });
    });

    it('[SYN-9] of two that pack the same one does, and nothing that came between is packed over', async () => {
      const run = await nextRun();
      await push(store, [undo('between')]);
      for (const name of ['one', 'two']) await bring(name);
      expect(await store.packEntries(run, block('one'))).toBe('packed');
      expect(await store.packEntries(run, block('two'))).toBe('changed');
      expect(await store.packEntries({ ...run, first: 2 }, block('two'))).toBe('changed');
      expect(await store.packEntries({ ...run, first: 5 }, block('two'))).toBe('changed');
      expect(idsOf(await nextRun({ most: 9 }))).toEqual(['d', 'e', 'f', 'between']);
    });

    it('[CON-10] what is no more what was read is not packed', async () => {
      const run = await nextRun();
      const [json = '', ...rest] = run.jsons;
      await bring('one');
      const altered = { ...run, jsons: [json.replace('undone":true', 'undone":false'), ...rest] };
      expect(await store.packEntries(altered, block('one'))).toBe('changed');
      expect(await store.packEntries({ ...run, jsons: [...run.jsons, json] }, block('one'))).toBe('changed');
      expect((await positions()).at).toEqual([1, 2, 3, 4, 5, 6]);
    });

    it('[SYN-9] entries leave only for a block that is there, with that hash, in that workspace', async () => {
      const run = await nextRun();
      expect(await store.packEntries(run, block('absent'))).toBe('changed');
      await store.announceBlock(
        WORKSPACE,
        { ...block('arriving'), entry: '', device: '', tokenHash: SESSION, cursor: Number.MAX_SAFE_INTEGER },
        START,
      );
      expect(await store.packEntries(run, block('arriving'))).toBe('changed');
      await bring('one');
      expect(await store.packEntries(run, { ...block('one'), hash: 'b'.repeat(64) })).toBe('changed');
      expect(await store.packEntries({ ...run, workspace: OTHER_WORKSPACE }, block('one'))).toBe('changed');
      expect((await positions()).at).toHaveLength(6);
    });

    it('[SYN-9] a pack’s block is pinned; one that was packed for nothing goes', async () => {
      await packNext('one');
      await bring('loose');
      expect((await store.releaseBlocks(START + 1, 10)).map(({ id }) => id)).toEqual(['loose']);
      expect(await store.blockHash(WORKSPACE, 'one' as BlockId)).toBe(HASH);
    });

    it('[CON-10] a pack becomes single entries again, its block goes, and it can be packed anew', async () => {
      const { jsons } = await nextRun();
      const before = await page();
      await packNext('one');
      const [pack] = await store.packs(WORKSPACE);
      if (!pack) throw new Error('no pack');
      expect(await store.unpackEntries(WORKSPACE, pack, jsons.slice(1))).toBe('changed');
      expect(await store.unpackEntries(WORKSPACE, pack, jsons)).toBe('unpacked');
      expect(await store.unpackEntries(WORKSPACE, pack, jsons)).toBe('changed');
      expect(await page()).toEqual(before);
      expect((await store.releaseBlocks(START + 1, 10)).map(({ id }) => id)).toEqual(['one']);
      expect(await packNext('two')).toBe('packed');
    });

    it('[CON-10] nothing is packed while somebody is erased, and who was is known though packed', async () => {
      const run = await nextRun();
      const body = { kind: 'erasure', contacts: [], keys: [] } as const;
      const entry = await store.beginErasure({
        ...{ workspace: WORKSPACE, key: 'k', entry: 'erasure' as EntryId, device: 'relay' as DeviceId },
        ...{ author: 'm', body, now: START - 10 },
      });
      await bring('one');
      expect(await runOf()).toBeUndefined();
      expect(await store.packEntries(run, block('one'))).toBe('changed');
      await store.finishErasure(WORKSPACE, entry);
      expect(await packNext('two', { most: 9, before: timeFromMs(START + 1) })).toBe('packed');
      expect((await store.packs(WORKSPACE)).map(({ last }) => last)).toEqual([7]);
      expect((await store.erasures(WORKSPACE)).map(({ id }) => id)).toEqual(['erasure']);
    });

    it('[SYN-7] workspaces have packs of their own', async () => {
      const relays = { pusher: { kind: 'relay' }, author: 'relay', workspace: OTHER_WORKSPACE } as const;
      await push(
        store,
        ['x', 'y'].map((id) => undo(id)),
        relays,
      );
      await packNext('one');
      await packNext('two');
      await bring('theirs', OTHER_WORKSPACE);
      const run = await nextRun();
      expect([run.workspace, idsOf(run)]).toEqual([OTHER_WORKSPACE, ['x', 'y']]);
      expect(await store.packEntries(run, block('theirs'))).toBe('packed');
      expect((await store.packs(OTHER_WORKSPACE)).map(({ id }) => id)).toEqual(['theirs']);
      expect(await store.packs('none' as typeof WORKSPACE)).toEqual([]);
    });
  });
}
