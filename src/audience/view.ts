/** The audience as it is asked: one object over the fold's state. Pure; runs in the worker, in tests and at the relay. */
import type { Contact } from '#domain/contact';
import type { ContactId } from '#domain/ids';
import type { FoldState } from '#log/fold-state';
import { contactAt, isListed, rowOfContact } from './columns.ts';
import { createGroups, type Groups } from './groups.ts';
import { createOrders } from './order.ts';
import { createQueries } from './query.ts';
import { createSearch } from './search.ts';
import type { ContactWindow, WindowRequest } from './types.ts';

export interface AudienceView {
  readonly state: FoldState;
  readonly groups: Groups;
  /** Rises with every change of contacts or groups. */
  readonly version: () => number;
  /** Contacts in all. */
  readonly total: () => number;
  readonly window: (request: WindowRequest) => ContactWindow;
  readonly contact: (id: ContactId) => Contact | undefined;
  /** Prepares searching in small steps, between other work. */
  readonly warm: () => 'more' | 'done';
}

export function createAudienceView(
  state: FoldState,
  compareNames: (one: string, other: string) => number,
): AudienceView {
  const groups = createGroups(state);
  const search = createSearch(state);
  const queries = createQueries({ state, groups, orders: createOrders(state, compareNames), search });
  const version = () => state.version + groups.version;
  return {
    state,
    groups,
    version,
    total: () => state.bornCount,
    window: (request) => queries.window(request, version()),
    contact(id) {
      const row = rowOfContact(state, id);
      return row >= 0 && isListed(state, row) ? contactAt(state, row, groups.of(row)) : undefined;
    },
    warm: () => search.warm(1),
  };
}
