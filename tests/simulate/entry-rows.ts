/** What an entry names, whatever its kind: its blocks, and the rows in them. */
import type { BlockId } from '#domain/ids';
import type { Block } from '#log/fold';
import type { CommitBody, Entry, EntryBody, Row } from '#log/types';

export const blockIdsOf = (entry: Entry): readonly BlockId[] =>
  ((entry.body as Partial<CommitBody>).blocks ?? []).map(({ id }) => id);

export function rowsIn(entry: Entry, blocks: ReadonlyMap<BlockId, Block>): readonly Row[] {
  const body = entry.body as EntryBody;
  if (body.kind === 'change') return [body.row];
  return blockIdsOf(entry).flatMap((id) => {
    const block = blocks.get(id);
    return block?.kind === 'rows' ? Array.from({ length: block.count }, (_, at) => block.rowAt(at)) : [];
  });
}
