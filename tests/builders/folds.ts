/** Folds as a device has them: in the order of arrival, and anew from nothing where the fold says that it is stale. */
import { createFold, type Blocks, type Fold } from '#log/fold';
import { anewOf, behindOf, type FoldAnew } from '#log/fold-again';
import type { Entry } from '#log/types';
import { SALT, type Written } from './entries.ts';

export function foldOf(arrived: readonly Written[]): Fold {
  const fold = createFold(SALT);
  return offer(fold, arrived, arrived);
}

/** Offers some more; `all` that ever arrived, for folding anew. */
export function offer(fold: Fold, more: readonly Written[], all: readonly Written[]): Fold {
  for (const { entry, blocks } of more) fold.apply(entry, blocks);
  if (fold.stale) catchUp(fold, all);
  return fold;
}

/** As a device does: from where the log differs, or from nothing. */
export function catchUp(fold: Fold, all: readonly Written[]): void {
  const behind = behindOf(fold);
  if (behind) behind.catchUp(blocksIn(all));
  else foldAnew(fold, all);
}

export function foldAnew(fold: Fold, all: readonly Written[]): void {
  finishAnew(
    anewOf(
      fold,
      all.map(({ entry }) => entry),
    ),
    blocksIn(all),
  );
}

function blocksIn(all: readonly Written[]): (entry: Entry) => Blocks {
  const blocks = new Map(all.map((written) => [written.entry.id, written.blocks]));
  return ({ id }) => blocks.get(id) ?? new Map();
}

export function finishAnew(anew: FoldAnew, blocksOf: (entry: Entry) => Blocks): void {
  for (const pass of anew.passes) for (const entry of pass.inOrder) pass.apply(entry, blocksOf(entry));
  anew.done();
}
