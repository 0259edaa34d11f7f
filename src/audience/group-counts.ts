/**
 * How many contacts are in each group, and who is in any: counted once, and then kept up with the rows that changed.
 * Which groups there are, and who is in one, is `groups.ts`'s.
 */
import type { GroupId } from '#domain/ids';
import type { FoldState } from '#log/fold-state';
import { createBits, hasBit, setBit, type Bits } from './bits.ts';
import type { ChangedRows } from './changed-rows.ts';
import { isListed } from './columns.ts';

export interface GroupCounts {
  /** Rows that are in some group, listed or not. `groups`: their version; after another one all is counted anew. */
  readonly grouped: (groups: number) => Bits;
  /** Listed contacts of one of them. */
  readonly count: (group: GroupId, groups: number) => number;
}

export interface GroupCountParts {
  readonly state: FoldState;
  readonly changes: ChangedRows;
  /** Whether a row is in some group. */
  readonly isGrouped: (row: number) => boolean;
  readonly forEachGrouped: (visit: (row: number) => void) => void;
  readonly memberTest: (group: GroupId) => (row: number) => boolean;
  /** Listed contacts of a group. */
  readonly forEach: (group: GroupId, visit: (row: number) => void) => void;
}

interface Kept {
  readonly version: number;
  readonly groups: number;
  /** How many there were in all. */
  readonly rows: number;
  readonly bits: Bits;
  readonly count: number;
}

/** 125 kB each at a million; whoever has more groups waits some milliseconds more. */
const KEPT_GROUPS = 64;

export function createGroupCounts(parts: GroupCountParts): GroupCounts {
  const { state, changes } = parts;
  let grouped: Kept | undefined;
  const kept = new Map<GroupId, Kept>();

  /** `known` with the rows that changed, where they are few, else as `find` has it. */
  function upToDate(
    known: Kept | undefined,
    groups: number,
    makeTest: () => (row: number) => boolean,
    find: (add: (row: number) => void) => void,
  ): Kept {
    const { version } = state;
    if (known?.groups === groups && known.version === version) return known;
    const rows = state.ids.count;
    const before = known?.groups === groups ? known : undefined;
    const few = before && changes.since(before.version, before.rows);
    const bits = createBits(rows);
    let count = 0;
    if (!few) {
      find((row) => {
        setBit(bits, row, true);
        count += 1;
      });
      return { version, groups, rows, bits, count };
    }
    bits.set(before.bits);
    ({ count } = before);
    const test = makeTest();
    for (const row of few) {
      const isIn = test(row);
      count += Number(isIn) - Number(hasBit(bits, row));
      setBit(bits, row, isIn);
    }
    return { version, groups, rows, bits, count };
  }

  return {
    grouped(groups) {
      // Of several groups one row may be visited more than once: only the set is asked for.
      grouped = upToDate(grouped, groups, () => parts.isGrouped, parts.forEachGrouped);
      return grouped.bits;
    },
    count(group, groups) {
      const makeTest = () => {
        const isMember = parts.memberTest(group);
        return (row: number) => isListed(state, row) && isMember(row);
      };
      const now = upToDate(kept.get(group), groups, makeTest, (add) => parts.forEach(group, add));
      if (kept.has(group) || kept.size < KEPT_GROUPS) kept.set(group, now);
      return now.count;
    },
  };
}
