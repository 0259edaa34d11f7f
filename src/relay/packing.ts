/**
 * Now and then, old entries of the log move into packs, unchanged. The block is there before the entries' own JSON goes,
 * and both stand for the same at any kill between: a block that nothing names goes like every other.
 */
import type { BlockId } from '#domain/ids';
import { encodeForGood } from '#log/entry-block';
import { timeFromMs } from '#log/time';
import type { Entry } from '#log/types';
import { FROM_RELAY, type Blocks } from '#relay/blocks/blocks';
import { errorFields, type Log } from '#relay/log';
import type { Metrics } from '#relay/metrics';
import type { LogStore } from '#relay/store/log-types';

export interface PackingDeps {
  readonly store: Pick<LogStore, 'entriesToPack' | 'packEntries'>;
  readonly blocks: Pick<Blocks, 'put'>;
  readonly metrics: Pick<Metrics, 'entriesPacked'>;
  readonly log: Log;
  readonly now: () => number;
  readonly newId: () => string;
  /** What devices are about to pull stays single entries. */
  readonly afterMs: number;
  /** Entries: a page of single ones is 500, so that a pack is worth its own request from a few pages on. */
  readonly least: number;
}

/** About 200 kB as sent; whoever reads one holds all of it, some megabytes. */
const MOST = 5_000;
/** Of JSON: a commit of a million contacts lists its blocks in 40 kB. */
const MOST_BYTES = 4_000_000;
/** Looks a dozen times within the age at which entries are packed, at least every five minutes. */
const EVERY_MS = 300_000;
const LOOKS = 12;

/** Looks at once, then every so often. `stop` waits for the pack under way. */
export function startPacking(deps: PackingDeps): { readonly stop: () => Promise<void> } {
  let stopped = false;
  let running = Promise.resolve();
  const pack = async () => {
    try {
      while (!stopped && (await packOnce(deps)) === 'packed');
    } catch (thrown) {
      deps.log.error({ event: 'packFailed', error: errorFields(thrown) });
    }
  };
  const next = () => (running = running.then(pack));
  void next();
  const timer = setInterval(() => void next(), Math.min(EVERY_MS, deps.afterMs / LOOKS));
  return {
    stop() {
      stopped = true;
      clearInterval(timer);
      return running;
    },
  };
}

export async function packOnce(deps: PackingDeps): Promise<'packed' | 'nothing'> {
  const { store, blocks, metrics, log, now } = deps;
  const before = timeFromMs(Math.max(0, now() - deps.afterMs));
  const run = await store.entriesToPack({ before, least: deps.least, most: MOST, bytes: MOST_BYTES });
  if (!run) return 'nothing';
  const { bytes, hash, sizeBytes } = await encodeForGood(run.jsons.map((json) => JSON.parse(json) as Entry));
  const id = deps.newId() as BlockId;
  // Whoever was erased since the run was read is in it: then its bytes are not written at all.
  const intake = { id, hash, entry: '', ...FROM_RELAY, cursor: run.newestErasure } as const;
  const put = await blocks.put(run.workspace, intake, bytes, now());
  if (put !== 'stored' || (await store.packEntries(run, { id, hash, sizeBytes })) !== 'packed') return 'nothing';
  metrics.entriesPacked(run.jsons.length);
  log.info({ event: 'packed', count: run.jsons.length });
  return 'packed';
}
