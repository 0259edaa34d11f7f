/**
 * Filter, sort, window. What a filter and a sort come to is kept while nothing changes, so that scrolling costs a
 * window and no more.
 */
import type { Contact } from '#domain/contact';
import { DELETED } from '#log/born';
import type { FoldState } from '#log/fold-state';
import { andBits, countBits, hasBit, keepBits, type Bits } from './bits.ts';
import type { ChangedRows } from './changed-rows.ts';
import { contactAt, isActive, isBlocked, isListed } from './columns.ts';
import type { Finder } from './finder.ts';
import type { Groups } from './groups.ts';
import { createKeptBits, type RowTest } from './kept-bits.ts';
import type { Orders } from './order.ts';
import { putRight } from './put-right.ts';
import type { ContactWindow, Filter, Sort, WindowRequest } from './types.ts';

export interface Queries {
  readonly window: (request: WindowRequest, version: number) => ContactWindow;
  /** Rows that a filter lets through, in the order of a sort. Not to be changed. */
  readonly rows: (filter: Filter, sort: Sort, version: number) => Uint32Array;
}

export interface QueryParts {
  readonly state: FoldState;
  readonly changes: ChangedRows;
  readonly groups: Groups;
  readonly orders: Orders;
  readonly finder: () => Pick<Finder, 'find' | 'hour'>;
}

/** Lists that are looked at in turn: two tabs, a group's page, the composer. */
const KEPT = 6;
/** As many as there are. */
const STATUSES = 4;

/** Whether a filter asks what a finder must answer. */
export const needsFinder = ({ search, where, group }: Filter, groups: Pick<Groups, 'isDynamic'>): boolean =>
  where !== undefined || (search !== undefined && search.trim() !== '') || isDynamicGroup(group, groups);
const isDynamicGroup = (group: Filter['group'], groups: Pick<Groups, 'isDynamic'>) =>
  group !== undefined && groups.isDynamic(group);

type Rows = Uint32Array<ArrayBuffer>;
interface Kept {
  readonly version: number;
  /** Of the fold's state and of the groups, when these were found; and how many rows there were in all. */
  readonly state: number;
  readonly count: number;
  readonly groups: number;
  readonly rows: Rows;
}

export function createQueries({ state, changes, groups, orders, finder }: QueryParts): Queries {
  const kept = new Map<string, Kept>();

  const statuses = createKeptBits(state, changes, STATUSES);

  const statusTest =
    ({ status = 'active' }: Filter): RowTest =>
    (row) =>
      status === 'deleted'
        ? state.born[row] === DELETED
        : isListed(state, row) && (status === 'all' || isActive(state, row) === (status === 'active'));

  /** Not to be changed. */
  function matching(filter: Filter): Bits {
    const { status = 'active', blocked, group } = filter;
    const ofStatus = statuses.passing(status, () => statusTest(filter));
    const found = needsFinder(filter, groups) ? finder().find(filter) : undefined;
    if (!found && blocked === undefined && group === undefined) return ofStatus;
    const matches = found ? andBits(found, ofStatus) : ofStatus.slice();
    if (blocked !== undefined) keepBits(matches, (row) => isBlocked(state, row) === (blocked === 'yes'));
    if (group === undefined) return matches;
    if (groups.isDynamic(group)) return andBits(matches, groups.dynamicRows(group));
    keepBits(matches, groups.memberTest(group));
    return matches;
  }

  /** With the rows that changed since, where they are few and each can be asked by itself. */
  function keptUp(known: Kept | undefined, filter: Filter, sort: Sort): Rows | undefined {
    if (known?.groups !== groups.version || needsFinder(filter, groups)) return undefined;
    const few = changes.since(known.state, known.count);
    if (!few) return undefined;
    const { blocked, group } = filter;
    const isOfStatus = statusTest(filter);
    const isMember = group === undefined ? () => true : groups.memberTest(group);
    const matches = (row: number) =>
      isOfStatus(row) && (blocked === undefined || isBlocked(state, row) === (blocked === 'yes')) && isMember(row);
    return putRight(known.rows, few, matches, orders.comparing(sort));
  }

  function foundAnew(filter: Filter, sort: Sort): Rows {
    const matches = matching(filter);
    const order = orders.by(sort.by);
    const result = new Uint32Array(countBits(matches));
    let count = 0;
    const take = (at: number) => {
      const row = order.rows[at] as number;
      if (hasBit(matches, row)) result[count++] = row;
    };
    if (sort.order === 'up') for (let at = 0; at < order.withValue; at += 1) take(at);
    else for (let at = order.withValue - 1; at >= 0; at -= 1) take(at);
    // Without a value is last, both ways.
    for (let at = order.withValue; at < order.rows.length; at += 1) take(at);
    return result;
  }

  const rows = (filter: Filter, sort: Sort, version: number): Rows => {
    const { search, where } = filter;
    const name = JSON.stringify([
      ...[search?.trim(), filter.group, filter.status, filter.blocked, sort.by, sort.order],
      ...(where || isDynamicGroup(filter.group, groups) ? [where, finder().hour()] : []),
    ]);
    const known = kept.get(name);
    const found = known?.version === version ? known.rows : (keptUp(known, filter, sort) ?? foundAnew(filter, sort));
    // Last looked at stays longest: a Map is in the order of setting.
    kept.delete(name);
    kept.set(name, { version, state: state.version, count: state.ids.count, groups: groups.version, rows: found });
    for (const oldest of kept.keys()) if (kept.size > KEPT) kept.delete(oldest);
    return found;
  };

  return {
    rows,
    window({ filter, sort, offset, limit }, version) {
      const found = rows(filter, sort, version);
      const from = Math.min(Math.max(0, Math.floor(offset)), found.length);
      const contacts = Array.from(found.subarray(from, from + Math.max(0, limit)), (row): Contact =>
        contactAt(state, row, groups.of(row)),
      );
      return { version, total: found.length, offset: from, contacts };
    },
  };
}
