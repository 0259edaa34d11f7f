/**
 * What the names of a file's column of groups are (IMP-10): groups that exist, by any spelling, or ones that the import
 * makes. Loaded where a file has such a column.
 */
import type { ChunkRow, ImportRow } from '#storage/types';
import { namesOf } from './import-joins.ts';
import type { Groups } from './types.ts';
import type { ColumnGroup } from './worker-types.ts';

/** In the order in which the file names them. A name that no row keeps joins nobody and makes nothing. */
export async function columnGroups(
  groups: Pick<Groups, 'propose' | 'byId'>,
  { settings }: Pick<ImportRow, 'settings'>,
  chunks: readonly ChunkRow[],
): Promise<readonly ColumnGroup[]> {
  const joined = new Set(chunks.flatMap((chunk) => [...(chunk.groups?.joins.which ?? [])]));
  const found: ColumnGroup[] = [];
  for (const [place, name] of namesOf(chunks).entries()) {
    const group = joined.has(place) ? await groups.propose(name, settings.smsType) : undefined;
    const standing = group && groups.byId(group.id);
    // Made dynamic since it was checked: nobody joins it by hand.
    if (!group || standing?.dynamic) found.push(undefined);
    else found.push({ group, kind: standing ? 'known' : 'new' });
  }
  return found;
}
