/** Folds as a device has them: in the order of arrival, and anew from nothing where the fold says that it is stale. */
import { createFold, type Fold, type FoldAnew } from '#log/fold';
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
  const anew: FoldAnew = fold.anew(all.map(({ entry }) => entry));
  const blocks = new Map(all.map((written) => [written.entry.id, written.blocks]));
  for (const pass of anew.passes)
    for (const entry of pass.inOrder) pass.apply(entry, blocks.get(entry.id) ?? new Map());
  anew.done();
}
