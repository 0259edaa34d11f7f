/**
 * Words of consent and blocked outlast every undo (`docs/decisions/0006-the-fold.md`, 9): whatever stood of a contact
 * before it stands of him afterwards, whoever he is one with by then. When that is: `reversals.ts`.
 */
import { STRICT_FIELDS, type StrictField } from '#domain/contact';
import type { EntryId } from '#domain/ids';
import { rootOf, rowOfId, type FoldState, type Said } from './fold-state.ts';
import type { Stamp } from './stamps.ts';

/** What of a fold's state says who had which words: the rest need not be kept. */
export type Words = Pick<FoldState, 'ids' | 'joined' | 'stamps' | 'stricts'>;

export const wordsOf = ({ ids, joined, stamps, stricts }: FoldState): Words => ({ ids, joined, stamps, stricts });

/** Both have counted the same entries. What a hand replaced until now is gone, where it was; it takes nothing else. */
export function keepWords(
  before: Words,
  state: FoldState,
  keep: (field: StrictField, row: number, said: readonly Said[]) => void,
): void {
  const stampIn = stampsIn(before.stamps, state.stamps);
  const { highs, lows, count } = before.ids;
  for (let row = 0; row < count; row += 1) {
    const whole = before.joined.get(row) ?? row;
    let now = -1;
    for (const field of STRICT_FIELDS) {
      const { ranks, stamps, more } = before.stricts[field];
      if (ranks[whole] === 0) continue;
      if (now < 0) now = rootOf(state, rowOfId(state, highs[row] as number, lows[row] as number));
      const column = state.stricts[field];
      const several = more.get(whole);
      const stamp = stampIn[stamps[whole] as Stamp] as Stamp;
      // As nearly always: what stands is what stood.
      if (!several && column.stamps[now] === stamp && column.ranks[now] === ranks[whole]) continue;
      const said = several ?? [{ stamp: stamps[whole] as Stamp, rank: ranks[whole] as number }];
      keep(
        field,
        now,
        said.map((one) => ({ stamp: stampIn[one.stamp] as Stamp, rank: one.rank })),
      );
    }
  }
  for (const field of STRICT_FIELDS) state.stricts[field].replaced.clear();
}

/** For each stamp of the one that of the same entry in the other: an entry's first, by which it says its words. */
function stampsIn(from: FoldState['stamps'], to: FoldState['stamps']): readonly Stamp[] {
  const byEntry = new Map<EntryId, Stamp>();
  for (let stamp = 1, entry = to.entryOf(stamp); entry !== undefined; stamp += 1, entry = to.entryOf(stamp))
    if (!byEntry.has(entry)) byEntry.set(entry, stamp);
  const found: Stamp[] = [0];
  for (let stamp = 1, entry = from.entryOf(stamp); entry !== undefined; stamp += 1, entry = from.entryOf(stamp))
    found.push(byEntry.get(entry) ?? 0);
  return found;
}
