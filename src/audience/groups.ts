/**
 * Who is in which group, as lists have it: memberships of groups that were deleted do not count, and the default group
 * holds whoever is left without any (CON-3). Derived from the fold's memberships, never written. In a dynamic group is
 * whoever its filter lets through (GRP-5), and nobody by hand; whom that is, a finder says.
 */
import { DEFAULT_GROUP_ID } from '#domain/group';
import type { StandingGroup } from '#domain/dynamic-group';
import type { FilterNode } from '#domain/filter';
import type { GroupId } from '#domain/ids';
import type { FoldState } from '#log/fold-state';
import { createBits, hasBit, type Bits } from './bits.ts';
import type { ChangedRows } from './changed-rows.ts';
import { isListed } from './columns.ts';
import { createGroupCounts } from './group-counts.ts';
import type { GroupCount } from './types.ts';

export interface Groups {
  /** Rises where groups came or went. */
  readonly version: number;
  /** The groups whose documents are here, and which of them are dynamic. Until told, every group that the log names. */
  readonly setExisting: (groups: readonly GroupId[], dynamic?: Dynamic) => void;
  readonly isDynamic: (group: GroupId) => boolean;
  readonly hasDynamic: () => boolean;
  /** Those of a dynamic group, of all kinds, listed or not; only with a finder. Not to be changed. */
  readonly dynamicRows: (group: GroupId) => Bits;
  readonly useFilters: (rowsOf: (node: FilterNode) => Bits) => void;
  readonly has: (group: GroupId, row: number) => boolean;
  /** As `has`, for many rows; good for one version of contacts and groups. */
  readonly memberTest: (group: GroupId) => (row: number) => boolean;
  /** Static ones; never empty. */
  readonly of: (row: number) => GroupId[];
  /** Contacts that are listed, in the order of rows. */
  readonly forEach: (group: GroupId, visit: (row: number) => void) => void;
  /** Of static ones. */
  readonly counts: () => GroupCount[];
  /** Only with a finder, as below. */
  readonly dynamicCounts: () => GroupCount[];
  readonly dynamicOf: (row: number) => GroupId[];
}

export type Dynamic = readonly Pick<StandingGroup, 'id' | 'where'>[];

export function createGroups(state: FoldState, changes: ChangedRows): Groups {
  let version = 0;
  let existing: ReadonlySet<GroupId> | undefined;
  let filters: ReadonlyMap<GroupId, FilterNode | undefined> = new Map();
  let said = '';
  let rowsOf: ((node: FilterNode) => Bits) | undefined;

  const exists = (group: GroupId) =>
    group !== DEFAULT_GROUP_ID && !filters.has(group) && (existing?.has(group) ?? true);
  const known = () => [...state.members].filter(([group]) => exists(group));

  const dynamicRows = (group: GroupId): Bits => {
    const where = filters.get(group);
    if (!where) return createBits(state.ids.count);
    if (!rowsOf) throw new Error('a finder was not brought');
    return rowsOf(where);
  };

  const forEach = (group: GroupId, visit: (row: number) => void) => {
    if (filters.has(group)) {
      const rows = dynamicRows(group);
      for (let row = 0; row < state.ids.count; row += 1) if (hasBit(rows, row) && isListed(state, row)) visit(row);
    } else if (group === DEFAULT_GROUP_ID) {
      const grouped = counts.grouped(version);
      for (let row = 0; row < state.ids.count; row += 1) if (!hasBit(grouped, row) && isListed(state, row)) visit(row);
    } else if (exists(group)) state.members.get(group)?.forEach((row) => isListed(state, row) && visit(row));
  };

  const memberTest = (group: GroupId): ((row: number) => boolean) => {
    if (filters.has(group)) {
      const rows = dynamicRows(group);
      return (row) => hasBit(rows, row);
    }
    if (group === DEFAULT_GROUP_ID) {
      const grouped = counts.grouped(version);
      return (row) => !hasBit(grouped, row);
    }
    const members = exists(group) ? state.members.get(group) : undefined;
    return members ? members.has : () => false;
  };

  const counts = createGroupCounts({
    ...{ state, changes, memberTest, forEach },
    isGrouped: (row) => known().some(([, members]) => members.has(row)),
    forEachGrouped: (visit) => known().forEach(([, members]) => members.forEach(visit)),
  });
  const count = (group: GroupId): GroupCount => ({ group, contacts: counts.count(group, version) });
  /** What a filter comes to may change although nobody did. */
  const countDynamic = (group: GroupId): GroupCount => {
    let contacts = 0;
    forEach(group, () => (contacts += 1));
    return { group, contacts };
  };

  return {
    get version() {
      return version;
    },
    setExisting(groups, dynamic = []) {
      const next = new Set(groups);
      // The page says it again with every change of the document; the names in it do not matter here.
      const saying = JSON.stringify(dynamic);
      const isSame = existing && next.size === existing.size && groups.every((group) => existing?.has(group));
      if (isSame && saying === said) return;
      existing = next;
      filters = new Map(dynamic.map(({ id, where }) => [id, where]));
      said = saying;
      version += 1;
    },
    isDynamic: (group) => filters.has(group),
    hasDynamic: () => filters.size > 0,
    dynamicRows,
    useFilters(find) {
      rowsOf = find;
    },
    has: (group, row) => memberTest(group)(row),
    memberTest,
    of(row) {
      const groups = known().flatMap(([group, members]) => (members.has(row) ? [group] : []));
      return groups.length > 0 ? groups : [DEFAULT_GROUP_ID];
    },
    forEach,
    counts: () =>
      [...new Set([...known().map(([group]) => group), ...(existing ?? []), DEFAULT_GROUP_ID])]
        .filter((group) => !filters.has(group))
        .map(count),
    dynamicCounts: () => [...filters.keys()].map(countDynamic),
    dynamicOf: (row) => [...filters.keys()].filter((group) => hasBit(dynamicRows(group), row)),
  };
}
