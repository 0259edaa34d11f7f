/** Once an hour, personal data past its retention goes, and blocks that no entry came to name. What is past it is the store's to know. */
import { errorFields, type Log } from '#relay/log';
import type { Blocks } from '#relay/blocks/blocks';
import type { RelayStore } from '#relay/store/types';

const EVERY_MS = 3_600_000;

export interface RetentionDeps {
  readonly store: Pick<RelayStore, 'purge'>;
  readonly blocks: Pick<Blocks, 'removeLoose'>;
  readonly log: Log;
  readonly now: () => number;
}

/** Purges at once, then every hour. `stop` waits for a purge under way. */
export function startRetention({ store, blocks, log, now }: RetentionDeps): { readonly stop: () => Promise<void> } {
  let running = Promise.resolve();
  const purge = async () => {
    try {
      const count = (await store.purge(now())) + (await blocks.removeLoose(now()));
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
