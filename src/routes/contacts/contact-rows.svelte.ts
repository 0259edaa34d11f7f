/**
 * The rows that a list of contacts shows: asks for what is in sight plus a margin, in chunks, and keeps a few of them.
 * What is held stays in sight until the newer answer is here, so that a change never blanks the list.
 * Created while a component starts; it follows the query and the audience's version by itself.
 */
import { untrack } from 'svelte';
import type { Contact, Filter, Sort } from '#audience/types';
import type { Contacts } from '#app/types';

/** Rows asked for at once: about three screens of a large display. */
export const CHUNK_ROWS = 100;
/** Chunks held; scrolling back over a thousand rows shows them at once. */
const KEPT_CHUNKS = 12;

interface Chunk {
  readonly number: number;
  readonly contacts: readonly Contact[];
}

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
  /** Reactive. Undefined: not here yet. */
  readonly rowAt: (index: number) => Contact | undefined;
  /** Rows in sight: first ≤ index < end. */
  readonly look: (first: number, end: number) => void;
  readonly retry: () => void;
  /** Rows by number, from what is held or asked for; for selecting a stretch of the list. */
  readonly stretch: (first: number, last: number) => Promise<readonly Contact[]>;
}

export function createContactRows(source: Pick<Contacts, 'version' | 'window'>, query: () => RowQuery): ContactRows {
  let chunks = $state.raw<readonly Chunk[]>([]);
  let total = $state<number | undefined>(undefined);
  let failed = $state(false);
  let shownQuery = $state.raw<string | undefined>(undefined);

  let currentQuery = '';
  let request: RowQuery = query();
  // A chunk is fresh when it was asked for after the last change that we know of.
  let fresh: number[] = [];
  let sight = { first: 0, last: 0 };

  $effect(() => {
    request = query();
    void source.version;
    const key = JSON.stringify(request);
    if (key !== currentQuery) sight = { first: 0, last: 0 };
    currentQuery = key;
    fresh = [];
    untrack(askForSight);
  });

  function askForSight(): void {
    const last = Math.floor(sight.last / CHUNK_ROWS);
    for (let chunk = Math.floor(sight.first / CHUNK_ROWS); chunk <= last; chunk++) void ask(chunk);
    // The neighbour in the direction of reading, so that steady scrolling meets no placeholder.
    const ahead = Math.floor((sight.last + CHUNK_ROWS / 2) / CHUNK_ROWS);
    if (total !== undefined && ahead * CHUNK_ROWS < total) void ask(ahead);
  }

  async function ask(chunk: number): Promise<void> {
    if (fresh.includes(chunk)) return;
    const asked = fresh;
    const key = currentQuery;
    asked.push(chunk);
    try {
      const answer = await source.window({ ...request, offset: chunk * CHUNK_ROWS, limit: CHUNK_ROWS });
      // An older version of the same query is better than nothing; another query's answer is not.
      if (key !== currentQuery) return;
      keep(chunk, answer.contacts, shownQuery !== key);
      shownQuery = key;
      total = answer.total;
      failed = false;
    } catch {
      if (key !== currentQuery) return;
      asked.splice(asked.indexOf(chunk), 1);
      failed = true;
    }
  }

  function keep(number: number, contacts: readonly Contact[], startOver: boolean): void {
    const others = startOver ? [] : chunks.filter((chunk) => chunk.number !== number);
    const kept = [...others, { number, contacts }].slice(-KEPT_CHUNKS);
    const gone = fresh.filter((each) => isGone(each, kept));
    // In place: requests under way hold this list.
    for (const each of gone) fresh.splice(fresh.indexOf(each), 1);
    chunks = kept;
  }

  /** Held before, let go now: it is asked for again when it comes into sight. */
  function isGone(number: number, kept: readonly Chunk[]): boolean {
    return chunks.some((chunk) => chunk.number === number) && !kept.some((chunk) => chunk.number === number);
  }

  return {
    get total() {
      return total;
    },
    get failed() {
      return failed;
    },
    get stale() {
      return shownQuery !== JSON.stringify(query());
    },
    rowAt: (index) =>
      chunks.find((chunk) => chunk.number === Math.floor(index / CHUNK_ROWS))?.contacts[index % CHUNK_ROWS],
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
