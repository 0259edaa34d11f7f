/**
 * Blocks of rows, read for a snapshot: neighbours share them, so the last few are kept. One that is missing or not the
 * one that was named is not there.
 */
import type { BlockId } from '#domain/ids';
import { decodeRows } from '#log/block';
import { hashOf } from '#log/deflate';
import type { OriginRun } from '#log/origins';
import type { RowColumns } from '#log/types';
import type { BlockStore } from '#storage/types';

type Named = OriginRun['block'];
export type ReadBlocks<Read> = (named: readonly Named[]) => Promise<ReadonlyMap<BlockId, Read>>;

/** All columns of a block. */
export const createColumnsReader = (blocks: Pick<BlockStore, 'get'>, kept: number): ReadBlocks<RowColumns> =>
  createBlocksReader(blocks, kept, async (bytes) => {
    const result = await decodeRows(bytes);
    return result.kind === 'decoded' ? result.block.columns : undefined;
  });

/** `kept`: blocks that stay read after they were asked for; a few megabytes each. */
export function createBlocksReader<Read>(
  blocks: Pick<BlockStore, 'get'>,
  kept: number,
  readBytes: (bytes: Uint8Array) => Promise<Read | undefined>,
): ReadBlocks<Read> {
  const decoded = new Map<BlockId, Promise<Read | undefined>>();

  async function read(bytes: Uint8Array | undefined, { hash }: Named): Promise<Read | undefined> {
    if (!bytes || (await hashOf(bytes)) !== hash) return undefined;
    return readBytes(bytes);
  }

  return async (named) => {
    const wanted = [...new Map(named.map((block) => [block.id, block])).values()];
    const missing = wanted.filter(({ id }) => !decoded.has(id));
    const rows = missing.length === 0 ? [] : await blocks.get(missing.map(({ id }) => id));
    missing.forEach((block, at) => decoded.set(block.id, read(rows[at]?.bytes, block)));
    const columns = await Promise.all(wanted.map(async ({ id }) => decoded.get(id)));
    for (const id of [...decoded.keys()].slice(0, Math.max(0, decoded.size - kept))) decoded.delete(id);
    return new Map(wanted.flatMap(({ id }, at) => (columns[at] ? [[id, columns[at]] as const] : [])));
  };
}
