/**
 * What lies in a workspace's database where old entries are packed, and what moves them. Types only; single entries are
 * in `types.ts`.
 */
import type { EntryId } from '#domain/ids';
import type { BlockRef, LogTime } from '#log/types';

/** Old entries as one block (`#log/entry-block`). Each keeps its place; packs lie beside, never over one another. */
export interface PackRow {
  /** Places of the last and the first of them in the order of arrival. */
  readonly last: number;
  readonly first: number;
  readonly count: number;
  readonly sharing: 'pending' | 'shared';
  readonly hash: string;
  readonly bytes: Uint8Array;
  /** Places after `first`, where they do not follow each other without a gap. */
  readonly offsets?: Uint32Array;
  /** Of pending ones that were written here, as in `EntryRow`; `writtenMs` only where it is not in their times. */
  readonly writtenMs?: Float64Array;
  readonly offsetMs?: number;
  /** Ids that can be derived again: who was messaged. */
  readonly named?: readonly EntryId[];
  /** Those that name blocks; `waits` until all of these lie here. */
  readonly naming?: readonly NamingEntry[];
  readonly waits?: 1;
}

export interface NamingEntry {
  readonly entry: EntryId;
  readonly time: LogTime;
  readonly blocks: readonly BlockRef[];
}

export interface PackLimits {
  /** Nothing is packed while no more than this lie here one by one. */
  readonly above: number;
  /** The newest stay as they are. */
  readonly keep: number;
  /** Entries of a pack. */
  readonly least: number;
  readonly most: number;
}

/** Packing on this device. What was written here is packed only as long as no relay has been met. */
export interface PackStore {
  /** One pack at most, of the oldest that can be packed, in one strict transaction. */
  readonly packOld: (limits: PackLimits) => Promise<'packed' | 'nothing'>;
  /** Back to single entries, a pack a transaction; all of them, or those that are pending. */
  readonly unpack: (which: 'all' | 'pending') => Promise<void>;
}
