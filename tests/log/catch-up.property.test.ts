import fc from 'fast-check';
import { expect, test } from 'vitest';
import { idAt } from '#audience/columns';
import { STRICT_FIELDS, TEXT_FIELDS } from '#domain/contact';
import { canonicalState } from '#log/canonical';
import { behindOf } from '#log/fold-again';
import { createFold } from '#log/fold';
import type { FoldState } from '#log/fold-state';
import { anyHistory, SALT, type Written } from '#tests/builders/entries';
import { foldAnew, foldOf, offer } from '#tests/builders/folds';

const shuffled = anyHistory.chain((history) => fc.shuffledSubarray(history, { minLength: history.length }));

type Depth = NonNullable<Parameters<typeof createFold>[1]>;

/** Offers them one by one; answers how often it was stale, and how often it had to fold anew. */
function offerOneByOne(
  arrived: readonly Written[],
  onOffered: (state: FoldState, isAnew: boolean) => void = () => undefined,
  depth?: Depth,
) {
  const fold = createFold(SALT, depth);
  const times = { stale: 0, anew: 0 };
  arrived.forEach((one, at) => {
    fold.apply(one.entry, one.blocks);
    times.stale += Number(fold.stale);
    const isAnew = fold.stale && behindOf(fold) === undefined;
    times.anew += Number(isAnew);
    offer(fold, [], arrived.slice(0, at + 1));
    expect(fold.stale).toBe(false);
    onOffered(fold.state, isAnew);
  });
  return { fold, times };
}

test('[SYN-3] what came late is folded from where the log differs, and comes to what a fold from nothing does', () => {
  const all = { stale: 0, anew: 0 };
  fc.assert(
    fc.property(shuffled, (arrived) => {
      const { fold, times } = offerOneByOne(arrived);
      // What an erasure decides goes back to the first entry; nothing else does.
      if (arrived.every(({ entry }) => entry.body.kind !== 'erasure')) expect(times.anew).toBe(0);
      all.stale += times.stale;
      all.anew += times.anew;
      const anew = createFold(SALT);
      foldAnew(anew, arrived);
      expect(canonicalState(fold)).toBe(canonicalState(anew));
    }),
    { numRuns: 600 },
  );
  expect(all.stale - all.anew).toBeGreaterThan(300);
}, 120_000);

const anyDepth = fc.record({ images: fc.integer({ min: 1, max: 40 }), entries: fc.integer({ min: 1, max: 6 }) });

test('[SYN-3] so it does where it cannot go back far, and begins with nothing now and then', () => {
  const all = { stale: 0, anew: 0 };
  fc.assert(
    fc.property(shuffled, anyDepth, (arrived, depth) => {
      const { fold, times } = offerOneByOne(arrived, undefined, depth);
      all.stale += times.stale;
      all.anew += times.anew;
      expect(canonicalState(fold)).toBe(canonicalState(foldOf(arrived)));
      const anew = createFold(SALT, depth);
      foldAnew(anew, arrived);
      expect(canonicalState(anew)).toBe(canonicalState(fold));
    }),
    { numRuns: 600 },
  );
  expect(all.anew).toBeGreaterThan(100);
  expect(all.stale - all.anew).toBeGreaterThan(100);
}, 120_000);

const textOf = (state: FoldState, row: number) =>
  JSON.stringify([
    state.born[row],
    state.joined.has(row),
    TEXT_FIELDS.map((field) => state.texts[field].get(row) ?? null),
    STRICT_FIELDS.map((field) => state.stricts[field].ranks[row]),
    [...state.others].flatMap(([name, cells]) => (cells.has(row) ? [[name, cells.valueAt(row)]] : [])).sort(),
    [...state.members].flatMap(([group, members]) => (members.has(row) ? group : [])).sort(),
    [state.created, state.changed, state.firstMessaged, state.lastMessaged].map((column) =>
      state.stamps.timeOf(column[row] ?? 0),
    ),
  ]);

const NOBODY = textOf(createFold(SALT).state, 0);

test('[SYN-3] whoever looks only at rows that were touched since he looked last has seen every change', () => {
  fc.assert(
    fc.property(shuffled, (arrived) => {
      const seen = new Map<string, string>();
      let version = 0;
      const { fold } = offerOneByOne(arrived, (state, isAnew) => {
        // Rows have other numbers then.
        if (isAnew) seen.clear();
        for (let row = 0; row < state.ids.count; row += 1)
          if ((state.touched[row] ?? 0) > version) seen.set(idAt(state, row), textOf(state, row));
        version = state.version;
      });
      const { state } = fold;
      for (let row = 0; row < state.ids.count; row += 1) {
        const text = textOf(state, row);
        // Of whom nothing was ever said, nobody has heard.
        expect(seen.get(idAt(state, row)) ?? NOBODY).toBe(text);
      }
    }),
    { numRuns: 300 },
  );
}, 120_000);
