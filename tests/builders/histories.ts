/** What the app says of contacts' history (CON-12) over entries and blocks in memory. */
import { createAudienceHistory } from '#app/audience-history';
import type { BlockId } from '#domain/ids';
import { encodeRecipients, encodeRows } from '#log/block';
import type { Fold } from '#log/fold';
import type { BlockRow } from '#storage/types';
import { ids, SALT, type Written } from './entries.ts';

export async function historiesOf(fold: Fold, written: readonly Written[]) {
  const rows = new Map<BlockId, BlockRow>();
  for (const { blocks } of written)
    for (const [id, block] of blocks) {
      const encoded = block.kind === 'rows' ? await encodeRows(block.columns) : await encodeRecipients(block);
      rows.set(id, { id, hash: encoded.hash, bytes: encoded.bytes });
    }
  return createAudienceHistory({
    ...{ salt: SALT, ids, state: fold.state, waiting: () => fold.waiting },
    log: {
      async eachEntry(visit) {
        for (const { entry } of written) await visit(entry);
      },
    },
    blocks: { get: (wanted) => Promise.resolve(wanted.map((id) => rows.get(id))) },
    pause: () => Promise.resolve(),
  });
}
