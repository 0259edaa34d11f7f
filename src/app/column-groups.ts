/**
 * What the names of a file's column of groups are (IMP-10): groups that exist, by any spelling, or ones that the import
 * makes. Loaded where a file has such a column.
 */
import type { ImportSettings } from '#import/types';
import type { Groups } from './types.ts';
import type { ColumnGroup } from './worker-types.ts';

/** `names`: in the order in which the file names them; undefined where nobody joins one. */
export async function columnGroups(
  groups: Pick<Groups, 'propose' | 'byId'>,
  names: readonly (string | undefined)[],
  { smsType }: Pick<ImportSettings, 'smsType'>,
): Promise<readonly ColumnGroup[]> {
  const found: ColumnGroup[] = [];
  for (const name of names) {
    const group = name === undefined ? undefined : await groups.propose(name, smsType);
    const standing = group && groups.byId(group.id);
    // Made dynamic since it was checked: nobody joins it by hand.
    if (!group || standing?.dynamic) found.push(undefined);
    else found.push({ group, kind: standing ? 'known' : 'new' });
  }
  return found;
}
