/**
 * Dynamic groups as pages see them (GRP-5): their conditions read from the document, what is wrong with them, and how
 * many are in each, counted one after the other. Loaded with the first of them.
 */
import { groupsInCircles, standingGroups, type FilterMark } from '#domain/dynamic-group';
import { filterToJson, type FilterNode } from '#domain/filter';
import type { Group } from '#domain/group';
import type { GroupId } from '#domain/ids';
import { parseFilter } from '#protocol/filter';
import type { AudienceWorker } from './worker-types.ts';

export interface DynamicPart {
  /** As it is kept, for changing it. */
  readonly filter: FilterNode | undefined;
  /** The conditions that count. */
  readonly where: FilterNode | undefined;
  readonly marks: readonly FilterMark[];
}

export function readDynamic(
  groups: readonly Group[],
  isDeleted: (id: string) => boolean,
): ReadonlyMap<GroupId, DynamicPart> {
  const dynamic = groups.flatMap(({ id, filter }) =>
    filter === undefined ? [] : [{ id, filter: parseFilter(filter) }],
  );
  const standing = standingGroups(dynamic, isDeleted);
  return new Map(
    dynamic.map(({ id, filter }, at) => [id, { filter, where: standing[at]?.where, marks: standing[at]?.marks ?? [] }]),
  );
}

/** Whether a group with these conditions would name itself, directly or by way of others. */
export function wouldCircle(groups: ReadonlyMap<GroupId, DynamicPart>, id: GroupId, filter: FilterNode): boolean {
  const others = [...groups]
    .filter(([group]) => group !== id)
    .map(([group, part]) => ({ id: group, filter: part.filter }));
  return groupsInCircles([...others, { id, filter }]).has(id);
}

export const filterText = filterToJson;

/** As conditions of days have it, the count changes with time alone. */
const RECOUNT_MS = 10 * 60_000;

/** Counts again when it is called, at most one at a time, and while time passes. */
export function createDynamicCounts(
  audience: Pick<AudienceWorker, 'dynamicCounts'>,
  onCounts: (counts: ReadonlyMap<GroupId, number>) => void,
): () => void {
  let state: 'rests' | 'counts' | 'isAskedAgain' = 'rests';
  async function count(): Promise<void> {
    do {
      state = 'counts';
      const counts = await audience.dynamicCounts();
      onCounts(new Map(counts.map(({ group, contacts }) => [group, contacts])));
    } while ((state as string) === 'isAskedAgain');
    state = 'rests';
  }
  const ask = () => {
    if (state === 'rests') count().catch(() => (state = 'rests'));
    else state = 'isAskedAgain';
  };
  setInterval(ask, RECOUNT_MS);
  return ask;
}
