/**
 * A round of the log as the app has it: what came is shown, in this tab and the others, and whoever was erased leaves this
 * device before anything is pushed. Loaded with the first round; when one runs is `sharing.svelte.ts`'s.
 */
import type { ImportId } from '#domain/ids';
import { createBlockStore } from '#storage/block-store';
import { createDatabase } from '#storage/database';
import type { RelayClient } from '#sync/relay-client';
import type { BlockProgress } from '#sync/share-blocks';
import { createLogSharing, type LogSharing } from '#sync/share-log';
import { erasePartsOf } from './erase-parts.ts';
import type { Opened } from './opened.ts';

export interface LogRoundEvents {
  readonly onProgress: (blocks: BlockProgress) => void;
  /** Somebody was erased on this device; these imports begin anew. */
  readonly onErased: (restarted: readonly ImportId[]) => void;
}

export async function createLogRound(
  app: Opened,
  relay: RelayClient,
  { onProgress, onErased }: LogRoundEvents,
): Promise<LogSharing> {
  const { stores, tabs, workers, workspace } = app;
  const { sharing, erasures } = await stores.log();
  // A block that a power cut takes is asked for again; waiting for the disk takes a tenth of a second for each of hundreds.
  const { add } = createBlockStore(createDatabase(workspace.id, 'relaxed'));
  return createLogSharing({
    ...{ relay, sharing, blocks: { ...stores.blocks, add }, device: workspace.device, onProgress },
    now: () => Date.now(),
    async erase() {
      if ((await erasures.unfinished()).length === 0) return;
      // It reads kept files, so the parsers come with it: not with the page.
      const { eraseHere } = await import('./erase-here.ts');
      const erased = await eraseHere(await erasePartsOf(app));
      if (!erased) return;
      onErased(erased.restarted);
      await workers.audience.refresh('anew').catch(() => {});
      tabs.tell('erased');
    },
    onChange(how) {
      // A worker that has stopped is of a tab that is closing.
      workers.audience.refresh(how).catch(() => {});
      tabs.tell(how === 'anew' ? 'audienceAnew' : 'audience');
    },
  });
}
