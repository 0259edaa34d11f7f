/**
 * Filter, sort, window. What a filter and a sort come to is kept while nothing changes, so that scrolling costs a
 * window and no more.
 */
import type { Contact } from '#domain/contact';
import { DELETED } from '#log/born';
import type { FoldState } from '#log/fold-state';
import { andBits, countBits, hasBit, keepBits, type Bits } from './bits.ts';
import { contactAt, isActive, isBlocked, isListed } from './columns.ts';
import type { Finder } from './finder.ts';
import type { Groups } from './groups.ts';
import { createKeptBits } from './kept-bits.ts';
import type { Orders } from './order.ts';
import type { ContactWindow, Filter, Sort, WindowRequest } from './types.ts';

export interface Queries {
  readonly window: (request: WindowRequest, version: number) => ContactWindow;
  /** Rows that a filter lets through, in the order of a sort. Not to be changed. */
  readonly rows: (filter: Filter, sort: Sort, version: number) => Uint32Array;
}

export interface QueryParts {
  readonly state: FoldState;
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

export function createQueries({ state, groups, orders, finder }: QueryParts): Queries {
  const kept = new Map<string, { readonly version: number; readonly rows: Uint32Array }>();

  const statuses = createKeptBits(state, STATUSES);

  /** Not to be changed. */
  function matching(filter: Filter): Bits {
    const { status = 'active', blocked, group } = filter;
    const ofStatus = statuses.passing(
      status,
      () => (row) =>
        status === 'deleted'
          ? state.born[row] === DELETED
          : isListed(state, row) && (status === 'all' || isActive(state, row) === (status === 'active')),
    );
    const found = needsFinder(filter, groups) ? finder().find(filter) : undefined;
    if (!found && blocked === undefined && group === undefined) return ofStatus;
    const matches = found ? andBits(found, ofStatus) : ofStatus.slice();
    if (blocked !== undefined) keepBits(matches, (row) => isBlocked(state, row) === (blocked === 'yes'));
    if (group === undefined) return matches;
    if (groups.isDynamic(group)) return andBits(matches, groups.dynamicRows(group));
    keepBits(matches, groups.memberTest(group));
    return matches;
  }

  const rows = (filter: Filter, sort: Sort, version: number): Uint32Array => {
    const { search, where } = filter;
    const name = JSON.stringify([
      ...[search?.trim(), filter.group, filter.status, filter.blocked, sort.by, sort.order],
      ...(where || isDynamicGroup(filter.group, groups) ? [where, finder().hour()] : []),
    ]);
    const known = kept.get(name);
    if (known?.version === version) {
      // Last looked at stays longest: a Map is in the order of setting.
      kept.delete(name);
      kept.set(name, known);
      return known.rows;
    }
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
    kept.delete(name);
    kept.set(name, { version, rows: result });
    for (const oldest of kept.keys()) if (kept.size > KEPT) kept.delete(oldest);
    return result;
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
