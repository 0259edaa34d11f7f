/**
 * Groups whose members are whoever their filter lets through (GRP-5): which conditions count, and what is wrong with
 * them. Whom they come to is worked out in `audience/`, on devices and at the relay alike, from what is said here.
 */
import { countUnknown, namedGroups, withoutGone, type FilterNode } from './filter.ts';
import type { GroupId } from './ids.ts';

/**
 * `unknown`: a condition of a newer version, which lets nobody through. `groupGone`: it lost a condition that named a
 * group which was deleted. `circle`: it names itself, by way of others; two devices can bring that about, and nobody is
 * in it then. `empty`: no condition is left, and nobody is in it.
 */
export type FilterMark = 'unknown' | 'groupGone' | 'circle' | 'empty';

export interface DynamicGroup {
  readonly id: GroupId;
  /** As it is kept. */
  readonly filter: FilterNode | undefined;
}

export interface StandingGroup {
  readonly id: GroupId;
  /** The conditions that count; undefined where nobody is in it. None of these names itself by way of others. */
  readonly where: FilterNode | undefined;
  readonly marks: readonly FilterMark[];
}

export function standingGroups(
  groups: readonly DynamicGroup[],
  isDeleted: (group: string) => boolean,
): readonly StandingGroup[] {
  const left = groups.map(({ id, filter }) => ({ id, filter: filter && withoutGone(filter, isDeleted) }));
  const circle = groupsInCircles(left);
  return groups.map(({ id, filter }, at): StandingGroup => {
    const where = left[at]?.filter;
    const marks: FilterMark[] = [
      ...(filter && countUnknown(filter) > 0 ? (['unknown'] as const) : []),
      ...(filter && namedGroups(filter).some(isDeleted) ? (['groupGone'] as const) : []),
      ...(circle.has(id) ? (['circle'] as const) : []),
      ...(where ? [] : (['empty'] as const)),
    ];
    return { id, where: circle.has(id) ? undefined : where, marks };
  });
}

/** Those that name themselves, directly or by way of others. */
export function groupsInCircles(groups: readonly DynamicGroup[]): ReadonlySet<GroupId> {
  const named = new Map(
    groups.map(({ id, filter }) => [id, (filter ? namedGroups(filter) : []) as readonly GroupId[]]),
  );
  return new Set([...named.keys()].filter((id) => reaches(named, id)));
}

/** Whether a group comes back to itself by the groups that it names. */
function reaches(named: ReadonlyMap<GroupId, readonly GroupId[]>, id: GroupId): boolean {
  const seen = new Set<GroupId>();
  const next = [...(named.get(id) ?? [])];
  for (let group = next.pop(); group !== undefined; group = next.pop()) {
    if (group === id) return true;
    if (seen.has(group)) continue;
    seen.add(group);
    next.push(...(named.get(group) ?? []));
  }
  return false;
}
