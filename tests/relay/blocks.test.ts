/** Blocks at the relay, between their rows and their bytes: nothing acknowledged is missing, nothing is left over. */
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BlockId } from '#domain/ids';
import type { BlockFiles } from '#relay/blocks/block-files';
import { createBlocks, LOOSE_MS, type Blocks } from '#relay/blocks/blocks';
import { createFolderBlockFiles } from '#relay/blocks/folder-block-files';
import { createSqliteStore } from '#relay/store/sqlite';
import type { RelayStore } from '#relay/store/types';
import { entryOf } from '#tests/builders/entries';
import { START, WORKSPACE } from '#tests/builders/store-rows';

let folder: string;
let store: RelayStore;
let files: BlockFiles;
let blocks: Blocks;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fieldcast-keeping-'));
  store = createSqliteStore(join(folder, 'relay.sqlite'));
  files = createFolderBlockFiles(join(folder, 'blocks'));
  blocks = createBlocks({ store, files });
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

const id = (name: string) => name as BlockId;
const bytesOf = (text: string) => new TextEncoder().encode(text);
const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');
const put = (name: string, text = name, now = START, hash = hashOf(text)) =>
  blocks.put(WORKSPACE, { id: id(name), hash, entry: '', device: '', tokenHash: '', cursor: 0 }, bytesOf(text), now);
const text = async (name: string) => {
  const block = await blocks.get(WORKSPACE, id(name));
  return block && new TextDecoder().decode(block.bytes);
};
const fileCount = async () =>
  (await readdir(join(folder, 'blocks'), { recursive: true, withFileTypes: true })).filter((file) => file.isFile())
    .length;

function pin(...names: readonly string[]) {
  const refs = names.map((name) => ({ id: id(name), hash: hashOf(name) }));
  const entry = entryOf({ kind: 'commit', blocks: refs }, { ms: START });
  return store.appendEntries({
    ...{ workspace: WORKSPACE, author: 'relay', pusher: { kind: 'relay' }, now: START },
    entries: [entry],
  });
}

describe('blocks', () => {
  it('[IMP-9] are stored once, known again, and never become others', async () => {
    expect(await put('one')).toBe('stored');
    expect(await put('one')).toBe('known');
    expect(await put('one', 'other')).toBe('taken');
    expect(await text('one')).toBe('one');
    expect(await blocks.missing(WORKSPACE, [id('one'), id('two')])).toEqual(['two']);
  });

  it('[IMP-9] one that came altered is missing until it comes whole', async () => {
    expect(await put('one', 'cut', START, hashOf('cut off'))).toBe('altered');
    expect(await blocks.missing(WORKSPACE, [id('one')])).toEqual(['one']);
    expect(await put('one', 'cut off')).toBe('stored');
    expect(await text('one')).toBe('cut off');
  });

  it('[SYN-8] one whose file was lost is asked for again, and comes back', async () => {
    await put('one');
    await pin('one');
    await files.remove(WORKSPACE, id('one'));
    expect(await text('one')).toBeUndefined();
    expect(await blocks.missing(WORKSPACE, [id('one')])).toEqual(['one']);
    expect(await put('one')).toBe('stored');
    expect(await text('one')).toBe('one');
  });

  it('[SYN-9] one that no entry came to name goes after 30 days, with its file', async () => {
    for (const name of ['pinned', 'loose']) await put(name);
    await put('young', 'young', START + 1);
    await pin('pinned');
    expect(await blocks.removeLoose(START + LOOSE_MS)).toBe(0);
    expect(await blocks.removeLoose(START + LOOSE_MS + 1)).toBe(1);
    expect(await blocks.missing(WORKSPACE, ['pinned', 'loose', 'young'].map(id))).toEqual(['loose']);
    expect(await fileCount()).toBe(2);
    expect(await put('loose', 'another now')).toBe('stored');
  });

  it('[SYN-9] more than one turn’s worth goes in one go', async () => {
    for (let at = 0; at < 230; at += 1) await put(`block-${String(at)}`);
    expect(await blocks.removeLoose(START + LOOSE_MS + 1)).toBe(230);
    expect(await fileCount()).toBe(0);
  });

  it('[SYN-9] one that comes again while it goes is there afterwards', async () => {
    for (let round = 0; round < 20; round += 1) {
      await put('one');
      const [removed] = await Promise.all([
        blocks.removeLoose(START + LOOSE_MS + 1),
        put('one', 'one', START + LOOSE_MS),
        put('one', 'one', START + LOOSE_MS),
      ]);
      expect(removed).toBeLessThanOrEqual(1);
      expect(await text('one')).toBe('one');
      await blocks.removeLoose(START + 3 * LOOSE_MS);
      expect(await fileCount()).toBe(0);
    }
  });

  it('[SYN-9] what a kill left between row and file is taken up, and goes in the end', async () => {
    const intake = { sizeBytes: 3, entry: '', device: '', tokenHash: '', cursor: 0 } as const;
    await store.announceBlock(WORKSPACE, { ...intake, id: id('one'), hash: hashOf('one') }, START);
    await files.put(WORKSPACE, id('one'), bytesOf('one'), hashOf('one'));
    expect(await blocks.missing(WORKSPACE, [id('one')])).toEqual(['one']);
    expect(await put('one')).toBe('stored');
    expect(await text('one')).toBe('one');
    await store.announceBlock(WORKSPACE, { ...intake, id: id('two'), hash: hashOf('two') }, START);
    await files.put(WORKSPACE, id('two'), bytesOf('two'), hashOf('two'));
    await blocks.removeLoose(START + LOOSE_MS + 1);
    expect(await fileCount()).toBe(0);
  });
});
