/** Folds as a device has them: in the order of arrival, and anew from nothing where the fold says that it is stale. */
import { createFold, type Fold, type FoldAnew, type FoldPass } from '#log/fold';
import type { Entry } from '#log/types';
import { SALT, type Written } from './entries.ts';

export function foldOf(arrived: readonly Written[]): Fold {
  const fold = createFold(SALT);
  return offer(fold, arrived, arrived);
}

/** Offers some more; `all` that ever arrived, for folding anew. */
export function offer(fold: Fold, more: readonly Written[], all: readonly Written[]): Fold {
  for (const { entry, blocks } of more) fold.apply(entry, blocks);
  if (fold.stale) foldAnew(fold, all);
  return fold;
}

export function foldAnew(fold: Fold, all: readonly Written[]): void {
  const blocks = new Map(all.map((written) => [written.entry.id, written.blocks]));
  finishAnew(fold.anew(all.map(({ entry }) => entry)), ({ id }) => blocks.get(id) ?? new Map());
}

export function finishAnew(anew: FoldAnew, blocksOf: (entry: Entry) => Parameters<FoldPass['apply']>[1]): void {
  for (const pass of anew.passes) for (const entry of pass.inOrder) pass.apply(entry, blocksOf(entry));
  anew.done();
}
