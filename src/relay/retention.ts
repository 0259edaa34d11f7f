/** Once an hour, personal data past its retention goes, and blocks that no entry came to name; once a day, contacts from the bin. What is past it is the store's to know. */
import { errorFields, type Log } from '#relay/log';
import type { Blocks } from '#relay/blocks/blocks';
import type { RelayStore } from '#relay/store/types';

const EVERY_MS = 3_600_000;
/** The bin is looked through by a process of its own, which folds the whole log. */
const BIN_EVERY_MS = 24 * EVERY_MS;

export interface RetentionDeps {
  readonly store: Pick<RelayStore, 'purge'>;
  readonly blocks: Pick<Blocks, 'removeLoose'>;
  /** Whoever has been in the bin for 30 days (CON-10). */
  readonly eraseBinned: () => Promise<number>;
  readonly log: Log;
  readonly now: () => number;
}

/** Purges at once, then every hour. `stop` waits for a purge under way. */
export function startRetention({ store, blocks, eraseBinned, log, now }: RetentionDeps): {
  readonly stop: () => Promise<void>;
} {
  let running = Promise.resolve();
  let binAt = -Infinity;
  const empty = async () => {
    if (now() - binAt < BIN_EVERY_MS) return 0;
    binAt = now();
    return eraseBinned();
  };
  const purge = async () => {
    try {
      const count = (await store.purge(now())) + (await blocks.removeLoose(now())) + (await empty());
      if (count > 0) log.info({ event: 'purged', count });
    } catch (thrown) {
      log.error({ event: 'purgeFailed', error: errorFields(thrown) });
    }
  };
  const next = () => (running = running.then(purge));
  void next();
  const timer = setInterval(() => void next(), EVERY_MS);
  return {
    stop() {
      clearInterval(timer);
      return running;
    },
  };
}
