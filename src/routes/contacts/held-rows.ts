/**
 * What a list of contacts holds of the audience: the total it was told last, and a few chunks of rows. Pure; what is
 * asked for, and when, is decided in `contact-rows.svelte.ts`.
 */
import type { Contact } from '#audience/types';

/** Rows asked for at once: about three screens of a large display. */
export const CHUNK_ROWS = 100;
/** Chunks held; scrolling back over a thousand rows shows them at once. */
const KEPT_CHUNKS = 12;

/** Whether all contacts were loaded when an answer was asked for. */
type Extent = 'loading' | 'loaded';

export interface Chunk {
  readonly number: number;
  readonly contacts: readonly Contact[];
  readonly extent: Extent;
}

export interface HeldRows {
  /** Filter and sort that this is the answer to; undefined until the first answer. */
  readonly query: string | undefined;
  readonly total: number | undefined;
  /** The total's. */
  readonly extent: Extent;
  /** The newest last. */
  readonly chunks: readonly Chunk[];
}

/** Rows by number, both included. */
export interface Sight {
  readonly first: number;
  readonly last: number;
}

export const NOTHING_HELD: HeldRows = { query: undefined, total: undefined, extent: 'loading', chunks: [] };

/** Another query's answer starts over; an older version of the same query is better than nothing. */
export function holdAnswer(held: HeldRows, query: string, total: number, chunk: Chunk): HeldRows {
  const others = held.query === query ? held.chunks.filter(({ number }) => number !== chunk.number) : [];
  return { query, total, extent: chunk.extent, chunks: [...others, chunk].slice(-KEPT_CHUNKS) };
}

export const chunkOf = (index: number): number => Math.floor(index / CHUNK_ROWS);

export function rowIn({ chunks }: HeldRows, index: number): Contact | undefined {
  return chunks.find(({ number }) => number === chunkOf(index))?.contacts[index % CHUNK_ROWS];
}

/**
 * Whether the total or a row in sight is from a time when not all was loaded. The word that all is loaded comes before
 * the answer that has all, so for a moment what is shown is less than what is there.
 */
export function isGrowing({ extent, chunks }: HeldRows, { first, last }: Sight): boolean {
  const isInSight = ({ number }: Chunk) => number >= chunkOf(first) && number <= chunkOf(last);
  return extent === 'loading' || chunks.some((chunk) => chunk.extent === 'loading' && isInSight(chunk));
}
