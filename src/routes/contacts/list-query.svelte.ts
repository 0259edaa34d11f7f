/** What the list shows: search, filters and order as chosen, as the audience is asked for it. */
import type { Filter, Sort } from '#audience/types';
import type { FilterNode } from '#domain/filter';
import type { GroupId } from '#domain/ids';
import type { RowQuery } from './contact-rows.svelte.ts';

export type StatusFilter = NonNullable<Filter['status']>;
export type BlockedFilter = 'any' | NonNullable<Filter['blocked']>;

export interface ListQuery {
  search: string;
  status: StatusFilter;
  blocked: BlockedFilter;
  /** An empty text: any. */
  group: GroupId | '';
  /** Conditions besides the others. */
  where: FilterNode | undefined;
  readonly sort: Sort;
  readonly query: RowQuery;
  /** What is asked of the audience, with other conditions. */
  readonly filterBy: (where: FilterNode | undefined) => Filter;
  /** Something besides the usual narrows the list. */
  readonly isNarrowed: boolean;
  /** The same column again turns the order; dates begin with the newest. */
  readonly sortBy: (by: Sort['by']) => void;
  readonly setSort: (sort: Sort) => void;
  /** Everybody, so that nobody stays hidden. */
  readonly widen: () => void;
}

/** As a list begins: the newest first. */
export const USUAL_SORT: Sort = { by: 'createdAt', order: 'down' };

/** `fixed`: the group whose page this is. */
export function createListQuery(fixed: () => GroupId | undefined): ListQuery {
  let search = $state('');
  let status = $state<StatusFilter>('active');
  let blocked = $state<BlockedFilter>('any');
  let group = $state<GroupId | ''>('');
  let where = $state.raw<FilterNode | undefined>(undefined);
  let sort = $state.raw(USUAL_SORT);

  function filterBy(conditions: FilterNode | undefined): Filter {
    const inGroup = fixed() ?? group;
    const text = search.trim();
    return {
      status,
      ...(text !== '' && { search: text }),
      ...(inGroup !== '' && { group: inGroup }),
      ...(blocked !== 'any' && { blocked }),
      ...(conditions && { where: conditions }),
    };
  }
  const query = $derived<RowQuery>({ filter: filterBy(where), sort });

  return {
    get search() {
      return search;
    },
    set search(next) {
      search = next;
    },
    get status() {
      return status;
    },
    set status(next) {
      status = next;
    },
    get blocked() {
      return blocked;
    },
    set blocked(next) {
      blocked = next;
    },
    get group() {
      return group;
    },
    set group(next) {
      group = next;
    },
    get where() {
      return where;
    },
    set where(next) {
      where = next;
    },
    get sort() {
      return sort;
    },
    get query() {
      return query;
    },
    filterBy,
    get isNarrowed() {
      return search.trim() !== '' || status !== 'active' || blocked !== 'any' || group !== '' || where !== undefined;
    },
    sortBy(by) {
      const first = by === 'createdAt' || by === 'lastContactAt' ? 'down' : 'up';
      const other = first === 'up' ? 'down' : 'up';
      sort = { by, order: sort.by === by && sort.order === first ? other : first };
    },
    setSort: (next) => (sort = next),
    widen() {
      search = '';
      status = 'all';
      blocked = 'any';
      group = '';
      where = undefined;
    },
  };
}
