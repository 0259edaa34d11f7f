/** Whom a hand put into the bin before some time, and nobody took out since. Pure. */
import { idAt } from '#audience/columns';
import type { ContactId } from '#domain/ids';
import { DELETED } from '#log/born';
import { DELETED_CELL } from '#log/contacts';
import type { FoldState } from '#log/fold-state';
import { msOfTime } from '#log/time';

export function binnedBefore(state: FoldState, beforeMs: number): readonly ContactId[] {
  const cells = state.others.get(DELETED_CELL);
  const found: ContactId[] = [];
  if (!cells) return found;
  for (let row = 0; row < state.ids.count; row += 1) {
    // Who is in the bin because an import was undone has other births to wait for: `born` tells the two apart.
    if (state.born[row] !== DELETED) continue;
    if (msOfTime(state.stamps.timeOf(cells.stampAt(row))) < beforeMs) found.push(idAt(state, row));
  }
  return found;
}
