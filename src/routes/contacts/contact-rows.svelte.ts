/**
 * The rows that a list of contacts shows: asks for what is in sight plus a margin, in chunks, and keeps a few of them.
 * What is held stays in sight until the newer answer is here, so that a change never blanks the list.
 * Created while a component starts; it follows the query and the audience's version by itself.
 */
import { untrack } from 'svelte';
import type { Contact, Filter, Sort } from '#audience/types';
import type { Contacts } from '#app/types';
import {
  CHUNK_ROWS,
  chunkOf,
  holdAnswer,
  isGrowing,
  NOTHING_HELD,
  rowIn,
  type HeldRows,
  type Sight,
} from './held-rows.ts';

export interface RowQuery {
  readonly filter: Filter;
  readonly sort: Sort;
}

export interface ContactRows {
  /** Reactive. Undefined until the first answer. */
  readonly total: number | undefined;
  /** Reactive. The last request did not work. */
  readonly failed: boolean;
  /** Reactive. The rows shown belong to an older query. */
  readonly stale: boolean;
  /** Reactive. Not all contacts are loaded, or the answer that has them all is still on its way. */
  readonly growing: boolean;
  /** Reactive. Undefined: not here yet. */
  readonly rowAt: (index: number) => Contact | undefined;
  /** Rows in sight: first ≤ index < end. */
  readonly look: (first: number, end: number) => void;
  readonly retry: () => void;
  /** Rows by number, from what is held or asked for; for selecting a stretch of the list. */
  readonly stretch: (first: number, last: number) => Promise<readonly Contact[]>;
}

export function createContactRows(
  source: Pick<Contacts, 'version' | 'loading' | 'window'>,
  query: () => RowQuery,
): ContactRows {
  let held = $state.raw<HeldRows>(NOTHING_HELD);
  let failed = $state(false);
  let sight = $state.raw<Sight>({ first: 0, last: 0 });

  let currentQuery = '';
  let request: RowQuery = query();
  // A chunk is fresh when it was asked for after the last change that we know of.
  let fresh: number[] = [];

  $effect(() => {
    request = query();
    void [source.version, source.loading];
    const key = JSON.stringify(request);
    if (key !== currentQuery) sight = { first: 0, last: 0 };
    currentQuery = key;
    fresh = [];
    untrack(askForSight);
  });

  function askForSight(): void {
    for (let chunk = chunkOf(sight.first); chunk <= chunkOf(sight.last); chunk++) void ask(chunk);
    // The neighbour in the direction of reading, so that steady scrolling meets no placeholder.
    const ahead = chunkOf(sight.last + CHUNK_ROWS / 2);
    if (held.total !== undefined && ahead * CHUNK_ROWS < held.total) void ask(ahead);
  }

  async function ask(number: number): Promise<void> {
    if (fresh.includes(number)) return;
    const asked = fresh;
    const key = currentQuery;
    const extent = source.loading;
    asked.push(number);
    try {
      const { total, contacts } = await source.window({ ...request, offset: number * CHUNK_ROWS, limit: CHUNK_ROWS });
      if (key !== currentQuery) return;
      hold(holdAnswer(held, key, total, { number, contacts, extent }));
      failed = false;
    } catch {
      if (key !== currentQuery) return;
      asked.splice(asked.indexOf(number), 1);
      failed = true;
    }
  }

  function hold(next: HeldRows): void {
    // Held before, let go now: asked for again when it comes into sight. In place: requests under way hold this list.
    for (const { number } of held.chunks)
      if (fresh.includes(number) && !next.chunks.some((chunk) => chunk.number === number))
        fresh.splice(fresh.indexOf(number), 1);
    held = next;
  }

  return {
    get total() {
      return held.total;
    },
    get failed() {
      return failed;
    },
    get stale() {
      return held.query !== JSON.stringify(query());
    },
    get growing() {
      return isGrowing(held, sight);
    },
    rowAt: (index) => rowIn(held, index),
    look(first, end) {
      sight = { first, last: Math.max(first, end - 1) };
      untrack(askForSight);
    },
    retry() {
      failed = false;
      fresh = [];
      askForSight();
    },
    stretch: async (first, last) => {
      const answer = await source.window({ ...request, offset: first, limit: last - first + 1 });
      return answer.contacts;
    },
  };
}
