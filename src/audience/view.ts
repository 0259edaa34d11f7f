/** The audience as it is asked: one object over the fold's state. Pure; runs in the worker, in tests and at the relay. */
import type { Contact } from '#domain/contact';
import type { ContactId } from '#domain/ids';
import type { FoldState } from '#log/fold-state';
import { createChangedRows } from './changed-rows.ts';
import { contactAt, isListed, rowOfContact } from './columns.ts';
import type { Finder, FinderParts } from './finder.ts';
import { createGroups, type Groups } from './groups.ts';
import { createOrders } from './order.ts';
import { createQueries } from './query.ts';
import type { ContactWindow, Filter, WindowRequest } from './types.ts';

export interface AudienceView {
  readonly state: FoldState;
  readonly groups: Groups;
  /** Rises with every change of contacts or groups. */
  readonly version: () => number;
  /** Contacts in all. */
  readonly total: () => number;
  readonly window: (request: WindowRequest) => ContactWindow;
  /** Whom a filter lets through, the oldest first. Not to be changed. */
  readonly rows: (filter: Filter) => Uint32Array;
  readonly contact: (id: ContactId) => Contact | undefined;
  /** Makes a little of an order that nobody has asked for yet. */
  readonly warm: () => 'more' | 'done';
  /** Before anything is searched or filtered by conditions: what that takes is brought by whoever asks (`needsFinder`). */
  readonly useFinder: (create: (parts: Omit<FinderParts, 'nowMs'>) => Finder) => Finder;
}

export function createAudienceView(
  state: FoldState,
  compareNames: (one: string, other: string) => number,
): AudienceView {
  const changes = createChangedRows(state);
  const groups = createGroups(state, changes);
  let finder: Finder | undefined;
  const orders = createOrders(state, changes, compareNames);
  const queries = createQueries({
    ...{ state, changes, groups, orders },
    finder() {
      if (!finder) throw new Error('a finder was not brought');
      return finder;
    },
  });
  const version = () => state.version + groups.version;
  return {
    state,
    groups,
    version,
    total: () => state.bornCount,
    window: (request) => queries.window(request, version()),
    rows: (filter) => queries.rows(filter, { by: 'createdAt', order: 'up' }, version()),
    contact(id) {
      const row = rowOfContact(state, id);
      return row >= 0 && isListed(state, row) ? contactAt(state, row, groups.of(row)) : undefined;
    },
    warm: orders.warm,
    useFinder: (create) => (finder ??= create({ state, changes, groups })),
  };
}
