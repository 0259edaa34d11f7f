/** Between a list as it is shown and a view as it is kept. What a view says that no list knows is shown as usual. */
import { SORT_FIELDS, type Sort } from '#audience/types';
import type { SavedView } from '#app/types';
import { filterToJson, simplifyFilter, type FilterNode } from '#domain/filter';
import type { GroupId } from '#domain/ids';
import { layoutToJson, parseLayout, type TableLayout } from '#domain/table-layout';
import type { ViewContent } from '#domain/view';
import { USUAL_SORT, type BlockedFilter, type ListQuery, type StatusFilter } from '../list-query.svelte.ts';

type Shown = Pick<ListQuery, 'status' | 'blocked' | 'group' | 'where' | 'sort'>;

export const shownToContent = (list: Shown, layout: TableLayout | undefined): ViewContent => ({
  filter: list.where ? filterToJson(list.where) : '',
  status: list.status,
  blocked: list.blocked,
  group: list.group,
  sort: `${list.sort.by} ${list.sort.order}`,
  columns: layout ? layoutToJson(layout) : '',
});

/** As `shownToContent` says it once the view is shown: what was lost of it is no change by hand. */
export const viewToContent = (view: SavedView): ViewContent =>
  shownToContent(viewToShown(view), parseLayout(view.columns));

export function viewToShown(view: ViewContent & { readonly where: FilterNode | undefined }): Shown {
  return {
    status: STATUSES.find((status) => status === view.status) ?? 'active',
    blocked: BLOCKED.find((blocked) => blocked === view.blocked) ?? 'any',
    group: view.group as GroupId | '',
    where: view.where,
    sort: parseSort(view.sort),
  };
}

/** Puts it into the list; what is searched for stays. */
export function showIn(list: ListQuery, { sort, ...shown }: Shown): void {
  Object.assign(list, shown);
  list.setSort(sort);
}

/**
 * The list as conditions of a dynamic group: what stands in the chips is one too. Undefined where nothing narrows it but
 * a search, and of the bin, whose contacts are in no group.
 */
export function shownToConditions({ where, status, blocked, group }: Omit<Shown, 'sort'>): FilterNode | undefined {
  if (status === 'deleted') return undefined;
  return simplifyFilter({
    kind: 'all',
    of: [
      ...(where ? [where] : []),
      ...(status === 'all' ? [] : [{ kind: 'word', field: 'status', test: 'is', words: [status] } as const]),
      ...(blocked === 'any' ? [] : [{ kind: 'word', field: 'blocked', test: 'is', words: [blocked] } as const]),
      ...(group === '' ? [] : [{ kind: 'list', field: 'group', test: 'in', values: [group] } as const]),
    ],
  });
}

/** Everybody active, as the list begins. */
export const ALL_SHOWN: Shown = { status: 'active', blocked: 'any', group: '', where: undefined, sort: USUAL_SORT };

const STATUSES: readonly StatusFilter[] = ['active', 'inactive', 'all', 'deleted'];
const BLOCKED: readonly BlockedFilter[] = ['any', 'yes', 'no'];

function parseSort(text: string): Sort {
  const [name, order] = text.split(' ');
  const by = SORT_FIELDS.find((field) => field === name);
  return by && (order === 'up' || order === 'down') ? { by, order } : USUAL_SORT;
}
