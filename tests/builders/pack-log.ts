/** Packs all of a relay's log, by the store's own steps, in packs as small as a test wants them; answers how many. */
import type { BlockId } from '#domain/ids';
import { encodeForGood } from '#log/entry-block';
import type { Entry } from '#log/types';
import { FROM_RELAY, type Blocks } from '#relay/blocks/blocks';
import type { LogStore } from '#relay/store/log-types';
import { START } from './store-rows.ts';

let made = 0;

export async function packLog(
  { store, blocks }: { readonly store: LogStore; readonly blocks: Pick<Blocks, 'put'> },
  most: number,
): Promise<number> {
  const bounds = { before: Number.MAX_SAFE_INTEGER, least: 1, most, bytes: Number.MAX_SAFE_INTEGER };
  for (let packed = 0; ; packed += 1) {
    const run = await store.entriesToPack(bounds);
    if (!run) return packed;
    const { bytes, hash, sizeBytes } = await encodeForGood(run.jsons.map((json) => JSON.parse(json) as Entry));
    const id = `pack-of-log-${String((made += 1))}` as BlockId;
    await blocks.put(run.workspace, { id, hash, entry: '', ...FROM_RELAY, cursor: run.newestErasure }, bytes, START);
    if ((await store.packEntries(run, { id, hash, sizeBytes })) !== 'packed') throw new Error('not packed');
  }
}
