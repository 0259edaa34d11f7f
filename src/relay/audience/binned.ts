/** Whom a hand put into the bin before some time, and nobody took out since. Pure. */
import { idAt } from '#audience/columns';
import type { ContactId } from '#domain/ids';
import { DELETED } from '#log/born';
import { DELETED_CELL } from '#log/contacts';
import type { FoldState } from '#log/fold-state';
import { msOfTime } from '#log/time';

export function binnedBefore(state: FoldState, beforeMs: number): readonly ContactId[] {
  const cells = state.others.get(DELETED_CELL) ?? [];
  // Who is in the bin because an import was undone has other births to wait for: `born` tells the two apart.
  return [...cells]
    .filter(([row, { stamp }]) => state.born[row] === DELETED && msOfTime(state.stamps.timeOf(stamp)) < beforeMs)
    .map(([row]) => idAt(state, row));
}
