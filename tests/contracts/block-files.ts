/** What every place for blocks' bytes must do. `reopen` is another process on the same place. */
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BlockId, WorkspaceId } from '#domain/ids';
import type { BlockFiles } from '#relay/blocks/block-files';

export interface BlockFilesUnderTest {
  readonly files: BlockFiles;
  readonly reopen: () => Promise<BlockFiles>;
  /** Closes and removes it. */
  readonly end: () => Promise<void>;
}

const HERE = 'workspace-one-0000001' as WorkspaceId;
const THERE = 'workspace-two-0000002' as WorkspaceId;
const id = (name: string) => name as BlockId;
const bytesOf = (text: string) => new TextEncoder().encode(text);
const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

export function blockFilesContract(name: string, create: () => Promise<BlockFilesUnderTest>): void {
  describe(`block files contract: ${name}`, () => {
    let under: BlockFilesUnderTest;
    let files: BlockFiles;
    beforeEach(async () => {
      under = await create();
      files = under.files;
    });
    afterEach(() => under.end());

    const put = (block: string, bytes: Uint8Array, workspace = HERE) =>
      files.put(workspace, id(block), bytes, hashOf(bytes));
    const text = async (block: string, workspace = HERE) => {
      const bytes = await files.get(workspace, id(block));
      return bytes && new TextDecoder().decode(bytes);
    };

    it('[IMP-9] what was put comes back byte by byte, also to another process', async () => {
      const bytes = Uint8Array.from({ length: 4_000_000 }, (_, at) => (at * 7_919) % 256);
      expect(await put('one', bytes)).toBe('stored');
      files = await under.reopen();
      expect(hashOf((await files.get(HERE, id('one'))) ?? new Uint8Array())).toBe(hashOf(bytes));
      expect(await files.get(HERE, id('other'))).toBeUndefined();
    });

    it('[IMP-9] the same again is known, other bytes under a known id are refused', async () => {
      await put('one', bytesOf('first'));
      expect(await put('one', bytesOf('first'))).toBe('known');
      expect(await put('one', bytesOf('second'))).toBe('taken');
      expect(await text('one')).toBe('first');
    });

    it('[IMP-9] bytes that have not their hash are not kept', async () => {
      expect(await files.put(HERE, id('one'), bytesOf('cut'), hashOf(bytesOf('cut off')))).toBe('altered');
      expect(await text('one')).toBeUndefined();
      expect(await put('one', bytesOf('cut off'))).toBe('stored');
    });

    it('[IMP-9] many at once, also of one id, end whole', async () => {
      const names = Array.from({ length: 60 }, (_, at) => `block-${String(at % 20)}`);
      const ends = await Promise.all(names.map((block) => put(block, bytesOf(block))));
      expect(ends.filter((end) => end !== 'stored' && end !== 'known')).toEqual([]);
      expect(await files.has(HERE, names.map(id))).toEqual(new Set(names));
      for (const block of names) expect(await text(block)).toBe(block);
    });

    it('[SYN-7] a workspace has blocks of its own, also under one id', async () => {
      await put('one', bytesOf('here'));
      expect(await files.has(THERE, [id('one')])).toEqual(new Set());
      expect(await text('one', THERE)).toBeUndefined();
      expect(await put('one', bytesOf('there'), THERE)).toBe('stored');
      await files.remove(THERE, id('one'));
      expect([await text('one'), await text('one', THERE)]).toEqual(['here', undefined]);
    });

    it('[SYN-7] ids that differ in case alone, or look like something else, are ids', async () => {
      const odd = ['aB', 'ab', '-', '__proto__', 'con', 'a'.repeat(120)];
      for (const block of odd) expect(await put(block, bytesOf(block))).toBe('stored');
      for (const block of odd) expect(await text(block)).toBe(block);
    });

    it('[CON-10] what was removed is gone, and removing it again is nothing', async () => {
      await put('one', bytesOf('first'));
      await put('two', bytesOf('stays'));
      await files.remove(HERE, id('one'));
      await files.remove(HERE, id('one'));
      await files.remove(HERE, id('never'));
      expect(await files.has(HERE, [id('one'), id('two'), id('never')])).toEqual(new Set(['two']));
      expect(await put('one', bytesOf('second'))).toBe('stored');
    });
  });
}
