import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BlockId } from '#domain/ids';
import { canonicalState } from '#log/canonical';
import { createFold, type Block } from '#log/fold';
import { anyHistory, SALT, type Written } from '#tests/builders/entries';
import { foldAnew, foldOf, offer } from '#tests/builders/folds';
import { oracle } from './oracle.ts';

const folded = (history: readonly Written[]): string => canonicalState(foldOf(history));

const shuffled = anyHistory.chain((history) =>
  fc.record({ history: fc.constant(history), other: fc.shuffledSubarray(history, { minLength: history.length }) }),
);

// Thousands of histories: how long that takes is the machine's affair.
describe('the fold of a set of entries', { timeout: 300_000 }, () => {
  test('[SYN-3] is what the slow oracle says', () => {
    fc.assert(
      fc.property(anyHistory, (history) => {
        expect(folded(history)).toBe(oracle(history));
      }),
      { numRuns: 4_000 },
    );
  }, 120_000);

  test('[SYN-3] is that, too, where all was folded anew whenever something came late', () => {
    fc.assert(
      fc.property(anyHistory, (history) => {
        const fold = createFold(SALT);
        history.forEach(({ entry, blocks }, at) => {
          fold.apply(entry, blocks);
          if (fold.stale) foldAnew(fold, history.slice(0, at + 1));
        });
        expect(canonicalState(fold)).toBe(oracle(history));
      }),
      { numRuns: 4_000 },
    );
  }, 120_000);

  test('[SYN-3] does not depend on the order in which they came', () => {
    fc.assert(
      fc.property(shuffled, ({ history, other }) => {
        expect(folded(other)).toBe(folded(history));
      }),
      { numRuns: 1_500 },
    );
  });

  test('[SYN-3] does not change by any that come again', () => {
    fc.assert(
      fc.property(anyHistory, fc.array(fc.nat()), (history, again) => {
        const twice = again.flatMap((pick) => history[pick % history.length] ?? []);
        expect(folded([...history, ...twice])).toBe(folded(history));
        expect(folded([...twice, ...history])).toBe(folded(history));
      }),
      { numRuns: 500 },
    );
  });

  test('an entry whose blocks come late counts as if they had been there, and for nothing until then', () => {
    fc.assert(
      fc.property(shuffled, fc.nat(), ({ history, other }, pick) => {
        const fold = createFold(SALT);
        const none = new Map<BlockId, Block>();
        const late = history[pick % history.length];
        const cut = history.map((one) => (one === late ? { ...one, blocks: none } : one));
        offer(fold, cut, cut);
        if (fold.waiting.size > 0) {
          const state: unknown = JSON.parse(canonicalState(fold));
          const without: unknown = JSON.parse(folded(history.filter((one) => one !== late)));
          expect(state).toEqual({ ...(without as object), waiting: [late?.entry.id] });
        }
        offer(fold, other, history);
        expect(canonicalState(fold)).toBe(folded(history));
      }),
      { numRuns: 500 },
    );
  });

  test('is the same when blocks are handed over one by one', () => {
    fc.assert(
      fc.property(anyHistory, (history) => {
        const fold = createFold(SALT);
        for (const { entry, blocks } of history) {
          const add = fold.applyBySlices(entry);
          if (add) for (const block of blocks.values()) add(block);
          else fold.apply(entry, blocks);
          expect(fold.applyBySlices(entry)).toBeUndefined();
        }
        if (fold.stale) foldAnew(fold, history);
        expect(canonicalState(fold)).toBe(folded(history));
      }),
      { numRuns: 500 },
    );
  });
});
