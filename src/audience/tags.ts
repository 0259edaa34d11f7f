/** The tags that listed contacts have: there is no other list of them. */
import { isTagCell, tagOf } from '#domain/tag';
import type { FoldState } from '#log/fold-state';
import { isListed } from './columns.ts';
import type { TagCount } from './types.ts';

/** By name; of two spellings of one tag the one that was written last. */
export function countTags(state: FoldState): readonly TagCount[] {
  const found: TagCount[] = [];
  for (const [cell, column] of state.others) {
    if (!isTagCell(cell)) continue;
    let contacts = 0;
    let [name, latest] = ['', 0];
    for (let row = 0; row < state.ids.count; row += 1) {
      const value = column.valueAt(row) ?? '';
      if (value === '' || !isListed(state, row)) continue;
      const stamp = column.stampAt(row);
      contacts += 1;
      if (latest !== 0 && !state.stamps.isLater(stamp, latest)) continue;
      [name, latest] = [value, stamp];
    }
    if (contacts > 0) found.push({ id: tagOf(cell), name, contacts });
  }
  return found.sort((one, other) => (one.name < other.name ? -1 : 1));
}
