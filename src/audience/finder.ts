/** Whom a search and a filter's conditions let through. Its code and its index are brought when first asked for. */
import { andBits, type Bits } from './bits.ts';
import type { ChangedRows } from './changed-rows.ts';
import { createConditions } from './conditions.ts';
import type { Groups } from './groups.ts';
import { createSearch } from './search.ts';
import type { FoldState } from '#log/fold-state';
import type { Filter } from './types.ts';

export interface Finder {
  /** Undefined where nothing is searched and nothing asked. Not to be changed. */
  readonly find: (filter: Pick<Filter, 'search' | 'where'>) => Bits | undefined;
  /** Rises where the same filter may come to something else although nobody changed. */
  readonly hour: () => number;
  /** Makes some of the index ahead of the first search. */
  readonly warm: () => 'more' | 'done';
}

export interface FinderParts {
  readonly state: FoldState;
  readonly changes: ChangedRows;
  readonly groups: Groups;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
}

/** Whoever asks meanwhile waits for some 10 ms. */
const WARM_CHUNKS = 8;
const HOUR_MS = 3_600_000;

export function createFinder({ state, changes, groups, nowMs }: FinderParts): Finder {
  const search = createSearch(state, changes);
  const conditions = createConditions({ state, changes, groups, search });
  const hour = () => Math.floor(nowMs() / HOUR_MS);
  groups.useFilters((node) => conditions.rowsOf(node, hour()));
  return {
    find(filter) {
      const found = filter.search === undefined ? undefined : search.find(filter.search);
      const where = filter.where && conditions.rowsOf(filter.where, hour());
      return found && where ? andBits(found, where) : (found ?? where);
    },
    hour,
    warm: () => search.warm(WARM_CHUNKS),
  };
}
