/**
 * Brings a fold that is stale up to what its entries come to: from where the log differs, or anew from nothing beside it.
 * Apart from the fold itself, since a device that nothing came late to needs none of it.
 */
import { knownBody } from './entry.ts';
import type { Fold } from './fold.ts';
import { backFrom, isWithin, judge, notePlace, type Blocks } from './folding.ts';
import { passesOf, planOf, type FoldPass } from './passes.ts';
import type { OnKey } from './replay.ts';
import type { CommitBody, Entry } from './types.ts';

export interface FoldBehind {
  /** Whose blocks will be asked for. */
  readonly entries: readonly Entry[];
  /** At once, and in place. A block that is missing makes its entry wait. */
  readonly catchUp: (blocksOf: (entry: Entry) => Blocks) => void;
}

export interface FoldAnew {
  /** One after the other: the log as it stood before each undo of a commit (`reversals.ts`), and at last as it stands. */
  readonly passes: Iterable<FoldPass>;
  readonly done: () => void;
}

/**
 * What of the log is to be folded again so that it is not stale, where that lies within the last entries; undefined where
 * it does not, and all is to be folded anew.
 */
export function behindOf(fold: Fold): FoldBehind | undefined {
  const folding = fold.folding();
  const plan = planOf(folding, false);
  const { from } = plan;
  const { behind: rest } = folding;
  const rows = rest.reduce((sum, entry) => sum + rowsOf(entry), 0);
  if (!from || !isWithin(folding, from) || rows > folding.depth.images) return undefined;
  return {
    entries: [...backFrom(folding, from).entries, ...rest],
    catchUp(blocksOf) {
      folding.isHeld = true;
      for (const pass of passesOf(folding, plan, { entries: rest }))
        for (const entry of pass.inOrder) pass.apply(entry, blocksOf(entry));
      folding.isHeld = false;
    },
  };
}

const rowsOf = ({ body }: Entry): number =>
  ((body as Partial<CommitBody>).blocks ?? []).reduce((sum, { rows }) => sum + rows, 0);

/**
 * Begins with nothing, beside the fold, which goes on answering; `done` puts the outcome in its place. `onKey`: every user
 * ID, phone and email that is said of a row, whatever becomes of it.
 */
export function anewOf(fold: Fold, entries: readonly Entry[], onKey?: OnKey): FoldAnew {
  const all = [...new Map(entries.map((entry) => [entry.id, entry])).values()];
  const next = fold.begin();
  for (const entry of all) {
    judge(next.verdicts, entry);
    const body = entry.body.kind === 'commit' || entry.body.kind === 'merge' ? knownBody(entry) : undefined;
    if (body) notePlace(next, entry, body);
  }
  return {
    passes: passesOf(next, planOf(next, true), { entries: all, all, onKey }),
    done: () => fold.become(next),
  };
}
