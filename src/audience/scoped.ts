/** For which lines and channels listed contacts have anything: there is no other list of what is in use (CON-11). */
import { compareScoped, formatScoped, scopedOfCell, type Scoped } from '#domain/scope';
import { isScopedCell } from '#domain/scoped-cell';
import type { FoldState } from '#log/fold-state';
import { isListed } from './columns.ts';

/** In the order in which they are shown. */
export function scopedIn(state: FoldState): readonly Scoped[] {
  const found = new Map<string, Scoped>();
  for (const [cell, column] of state.others) {
    const scoped = isScopedCell(cell) ? scopedOfCell(cell) : undefined;
    if (!scoped || found.has(formatScoped(scoped))) continue;
    for (let row = 0; row < state.ids.count; row += 1) {
      if ((column.valueAt(row) ?? '') === '' || !isListed(state, row)) continue;
      found.set(formatScoped(scoped), scoped);
      break;
    }
  }
  return [...found.values()].sort(compareScoped);
}
