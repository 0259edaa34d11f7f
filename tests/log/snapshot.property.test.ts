import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BlockId } from '#domain/ids';
import { canonicalState } from '#log/canonical';
import { createFold, type Block } from '#log/fold';
import { createOrigins } from '#log/origins';
import { anyHistory, ids, SALT, type Written } from '#tests/builders/entries';
import { contentOf, offerNoting, restored, saveFold } from '#tests/builders/snapshots';
import { foldOf } from '#tests/builders/folds';

/** A history in the order of arrival, and after how many of its entries the device is closed and opened again. */
const anyLife = anyHistory.chain((history) =>
  fc.record({
    arrived: fc.shuffledSubarray(history, { minLength: history.length }),
    closed: fc.uniqueArray(fc.nat({ max: history.length - 1 }), { maxLength: 3 }),
    /** Entries whose blocks come with the last one only. */
    late: fc.uniqueArray(fc.nat({ max: history.length - 1 }), { maxLength: 2 }),
  }),
);
const none = new Map<BlockId, Block>();

test(
  '[SYN-3] a device that is closed and opened from its snapshot goes on as one that never was',
  { timeout: 120_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(anyLife, async ({ arrived, closed, late }) => {
        let fold = createFold(SALT);
        let origins = createOrigins(ids);
        const here: Written[] = [];
        for (const [at, written] of arrived.entries()) {
          here.push(late.includes(at) ? { ...written, blocks: none } : written);
          origins = offerNoting(fold, origins, here.slice(-1), here);
          if (!closed.includes(at)) continue;
          const opened = await restored(await saveFold(fold, origins, here), here);
          expect(contentOf(opened)).toEqual(contentOf(fold));
          fold = opened;
        }
        offerNoting(fold, origins, arrived, arrived);
        expect(canonicalState(fold)).toBe(canonicalState(foldOf(arrived)));
      }),
      { numRuns: 400 },
    );
  },
);
