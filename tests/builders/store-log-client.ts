/** What a device asks of the relay's log, answered by the real store and blocks, without HTTP between. */
import type { BlockId } from '#domain/ids';
import { parseSeen } from '#log/log-seen';
import type { Entry } from '#log/types';
import type { LogPage } from '#protocol/log';
import { FROM_RELAY, type Blocks } from '#relay/blocks/blocks';
import type { RelayStore } from '#relay/store/types';
import type { LogClient } from './log-relay.ts';
import { START, WORKSPACE } from './store-rows.ts';

/** A page is of 200 single entries at most. */
const PAGE = 200;

export function storeLogClient(store: RelayStore, blocks: Blocks, author = 'member'): LogClient {
  const answer = <Value>(value: Value) => ({ kind: 'answer', value }) as const;
  const clock = async () => ({ nowMs: START, incarnation: await store.incarnation() });
  return {
    async push({ entries }) {
      const relays = { workspace: WORKSPACE, author, pusher: { kind: 'relay' }, now: START } as const;
      const outcome = await store.appendEntries({ ...relays, entries });
      return answer({ ...(await clock()), results: outcome.kind === 'answered' ? outcome.results : [] });
    },
    async pull(after, said) {
      await store.compareLog(WORKSPACE, (said !== undefined && parseSeen(said)) || { position: after });
      const { items, ...page } = await store.entriesAfter(WORKSPACE, after, PAGE, 1_000_000);
      const entries = items.map(({ position, json }) => ({ position, entry: JSON.parse(json) as Entry }));
      const lastEntry = await store.entryAt(WORKSPACE, page.cursor);
      return answer<LogPage>({ ...(await clock()), ...page, ...(lastEntry && { lastEntry }), items: entries });
    },
    eraseAgain: () => Promise.reject(new Error('erasures are not taken here')),
    missingBlocks: async (ids) => answer({ missing: await blocks.missing(WORKSPACE, ids) }),
    async putBlock(id, hash, { entry, device }, bytes) {
      return answer(await blocks.put(WORKSPACE, { id, hash, entry, ...FROM_RELAY, device }, bytes, START));
    },
    async entries(ids) {
      const texts = await store.entriesById(WORKSPACE, ids);
      return answer({ entries: texts.map((json) => JSON.parse(json) as Entry) });
    },
    async block(id: BlockId) {
      const block = await blocks.get(WORKSPACE, id);
      return block ? answer(new Uint8Array(block.bytes)) : { kind: 'problem', problem: 'notFound' };
    },
  };
}
