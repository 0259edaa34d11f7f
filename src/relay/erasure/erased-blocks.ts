/** Blocks without somebody erased: each that holds her gets a new name and new bytes, once, however many entries name it. */
import { randomBytes } from 'node:crypto';
import type { BlockId, WorkspaceId } from '#domain/ids';
import { isEntryBlock } from '#log/entry-block';
import { filterBlock } from '#log/erased-block';
import type { ErasureFilter } from '#log/erasure-filter';
import type { BlockRef, LogTime } from '#log/types';
import { FROM_RELAY, type Blocks } from '#relay/blocks/blocks';

export interface ErasedBlocks {
  /** What the block is called now; undefined where nobody erased is in it. */
  readonly rename: (id: BlockId, saidAt: LogTime) => Promise<BlockRef | undefined>;
  /** Of a block that nothing names. */
  readonly holds: (bytes: Uint8Array, saidAt: LogTime) => Promise<boolean>;
}

export interface ErasedBlocksDeps {
  readonly blocks: Blocks;
  readonly workspace: WorkspaceId;
  readonly filter: ErasureFilter;
  readonly now: () => number;
}

export function createErasedBlocks({ blocks, workspace, filter, now }: ErasedBlocksDeps): ErasedBlocks {
  const renamed = new Map<BlockId, BlockRef>();

  return {
    async rename(id, saidAt) {
      const known = renamed.get(id);
      if (known) return known;
      const block = await blocks.get(workspace, id);
      const left = block && (await filterBlock(block.bytes, filter, saidAt));
      if (!left) return undefined;
      const { bytes, ...ref } = left;
      const name = randomBytes(16).toString('base64url') as BlockId;
      await blocks.put(workspace, { id: name, hash: ref.hash, entry: '', ...FROM_RELAY }, bytes, now());
      renamed.set(id, { id: name, ...ref });
      return renamed.get(id);
    },
    // A pack that nothing names was cut off, or is unpacked, and may hold whomever the log held: nobody misses it.
    holds: async (bytes, saidAt) => (await filterBlock(bytes, filter, saidAt)) !== undefined || isEntryBlock(bytes),
  };
}
