import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyHistory, undo, type Written } from '#tests/builders/entries';
import { foldOf } from '#tests/builders/folds';
import { loosenedByUndo, ranksOfAll } from '#tests/simulate/strictness';

const isCommit = ({ entry }: Written) => entry.body.kind === 'commit';

test(
  '[CON-4] no undo of a commit loosens consent, whatever was written and undone before',
  { timeout: 120_000 },
  () => {
    fc.assert(
      fc.property(anyHistory, fc.nat(), (history, pick) => {
        const commits = history.filter(isCommit);
        const one = commits[pick % commits.length];
        if (!one) return;
        const before = ranksOfAll(foldOf(history).state);
        const undone = foldOf([...history, undo(one.entry.id, { ms: 9_000 })]);
        expect(loosenedByUndo(before, undone.state)).toEqual([]);
      }),
      { numRuns: 3_000 },
    );
  },
);
