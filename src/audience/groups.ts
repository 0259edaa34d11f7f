/**
 * Who is in which group, as lists have it: memberships of groups that were deleted do not count, and the default group
 * holds whoever is left without any (CON-3). Derived from the fold's memberships, never written.
 */
import { DEFAULT_GROUP_ID } from '#domain/group';
import type { GroupId } from '#domain/ids';
import type { FoldState } from '#log/fold-state';
import { isListed } from './columns.ts';
import type { GroupCount } from './types.ts';

export interface Groups {
  /** Rises where groups came or went. */
  readonly version: number;
  /** The groups whose documents are here. Until told, every group that the log names. */
  readonly setExisting: (groups: readonly GroupId[]) => void;
  readonly has: (group: GroupId, row: number) => boolean;
  /** As `has`, for many rows; good for one version of contacts and groups. */
  readonly memberTest: (group: GroupId) => (row: number) => boolean;
  /** Never empty. */
  readonly of: (row: number) => GroupId[];
  /** Contacts that are listed, in the order of rows. */
  readonly forEach: (group: GroupId, visit: (row: number) => void) => void;
  readonly counts: () => GroupCount[];
}

export function createGroups(state: FoldState): Groups {
  let version = 0;
  let existing: ReadonlySet<GroupId> | undefined;
  /** 1 where a contact is in a group that exists; of one version of state and groups. */
  let grouped = { state: -1, groups: -1, rows: new Uint8Array() };

  const exists = (group: GroupId) => group !== DEFAULT_GROUP_ID && (existing?.has(group) ?? true);
  const known = () => [...state.members].filter(([group]) => exists(group));

  const groupedRows = () => {
    if (grouped.state === state.version && grouped.groups === version) return grouped.rows;
    const rows = new Uint8Array(state.ids.count);
    for (const [, members] of known()) members.forEach((row) => (rows[row] = 1));
    grouped = { state: state.version, groups: version, rows };
    return rows;
  };

  const forEach = (group: GroupId, visit: (row: number) => void) => {
    if (group === DEFAULT_GROUP_ID) {
      const rows = groupedRows();
      for (let row = 0; row < rows.length; row += 1) if (rows[row] === 0 && isListed(state, row)) visit(row);
    } else if (exists(group)) state.members.get(group)?.forEach((row) => isListed(state, row) && visit(row));
  };

  const memberTest = (group: GroupId): ((row: number) => boolean) => {
    if (group === DEFAULT_GROUP_ID) {
      const rows = groupedRows();
      return (row) => rows[row] === 0;
    }
    const members = exists(group) ? state.members.get(group) : undefined;
    return members ? members.has : () => false;
  };

  const count = (group: GroupId): GroupCount => {
    let contacts = 0;
    forEach(group, () => (contacts += 1));
    return { group, contacts };
  };

  return {
    get version() {
      return version;
    },
    setExisting(groups) {
      const next = new Set(groups);
      // The page says it again with every change of the document; the names in it do not matter here.
      if (existing && next.size === existing.size && groups.every((group) => existing?.has(group))) return;
      existing = next;
      version += 1;
    },
    has: (group, row) => memberTest(group)(row),
    memberTest,
    of(row) {
      const groups = known().flatMap(([group, members]) => (members.has(row) ? [group] : []));
      return groups.length > 0 ? groups : [DEFAULT_GROUP_ID];
    },
    forEach,
    counts: () => [...new Set([...known().map(([group]) => group), ...(existing ?? []), DEFAULT_GROUP_ID])].map(count),
  };
}
