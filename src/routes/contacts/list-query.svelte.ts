/** What the list shows: search, filters and order as chosen, as the audience is asked for it. */
import type { Filter, Sort } from '#audience/types';
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
  readonly sort: Sort;
  readonly query: RowQuery;
  /** Something besides the usual narrows the list. */
  readonly isNarrowed: boolean;
  /** The same column again turns the order; dates begin with the newest. */
  readonly sortBy: (by: Sort['by']) => void;
  readonly setSort: (sort: Sort) => void;
  /** Everybody, so that nobody stays hidden. */
  readonly widen: () => void;
}

/** `fixed`: the group whose page this is. */
export function createListQuery(fixed: () => GroupId | undefined): ListQuery {
  let search = $state('');
  let status = $state<StatusFilter>('active');
  let blocked = $state<BlockedFilter>('any');
  let group = $state<GroupId | ''>('');
  let sort = $state.raw<Sort>({ by: 'createdAt', order: 'down' });

  const query = $derived.by<RowQuery>(() => {
    const inGroup = fixed() ?? group;
    const text = search.trim();
    return {
      filter: {
        status,
        ...(text !== '' && { search: text }),
        ...(inGroup !== '' && { group: inGroup }),
        ...(blocked !== 'any' && { blocked }),
      },
      sort,
    };
  });

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
    get sort() {
      return sort;
    },
    get query() {
      return query;
    },
    get isNarrowed() {
      return search.trim() !== '' || status !== 'active' || blocked !== 'any' || group !== '';
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
    },
  };
}
