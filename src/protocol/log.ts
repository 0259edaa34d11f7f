/**
 * How entries and blocks of the log travel (DESIGN, Contacts 2 and 5). Devices push what is pending in order and pull
 * what others pushed by cursor; blocks go beside, in any order, as often as needed.
 *
 *     POST /api/log                  PushRequest → PushAnswer, each entry answered by itself
 *     GET  /api/log?after=&limit=&seen=  → LogPage: single entries, or the pack in which the next ones lie. seen: what the
 *                                    device knows of this log (`#log/log-seen`); it may be absent
 *     POST /api/log/entries          { ids } → EntriesAnswer: some entries as they stand now
 *     POST /api/erasures             ErasureRequest, `Idempotency-Key` → 202, ErasureAnswer; the owner's
 *     POST /api/erasures/again       ErasuresAgain → 202, {}: erasures that a relay put back from a backup lacks; the owner's
 *     POST /api/blocks/missing       { ids } → { missing }
 *     PUT  /api/blocks/:id?entry=&device=&cursor=  bytes; `x-block-hash` their SHA-256 in hex → {}
 *                                    entry: the commit that will name it; device: whose it is, where its session has
 *                                    pushed nothing yet; both may be absent. cursor: as in a push; an erasure that stands
 *                                    later than it, or than 0 where it is absent, refuses the block as `behind`
 *     GET  /api/blocks/:id           → bytes
 *     GET  /api/uploads              → UploadsAnswer: commits whose blocks are still on their way
 *     GET  /api/events               `log` with { cursor } when there is something new
 */
import * as v from 'valibot';
import type { BlockId, ContactId, DeviceId, EntryId } from '#domain/ids';
import type { Entry, EntryRefusal } from '#log/types';
import { ENTRIES_ASKED, ERASED_AT_ONCE, MISSING_BLOCKS, PUSH_ENTRIES } from './constants.ts';

/** Entries of a page at most; it ends earlier where it would be longer than a megabyte. */
export const LOG_PAGE = 500;
/** Bytes of a page but for its first entry. */
export const PAGE_BYTES = 1_000_000;
/** Bytes of an entry as JSON: of one that names blocks (a commit, who was messaged), and of any other. */
export const LISTING_ENTRY_BYTES = 1_000_000;
export const ENTRY_BYTES = 64_000;
/** Bytes of a block as sent. A slice of 4,000 rows is about 100 kB. */
export const BLOCK_BYTES = 4_000_000;
/** How far ahead of the relay's clock an entry's time may be; a sound client restamps by the measured offset. */
export const MOST_AHEAD_MS = 5 * 60_000;

/** Ids as they may stand in paths and file names. */
export const logName = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]+$/), v.minLength(1), v.maxLength(120));
const cursor = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

export const pushRequest = v.strictObject({
  device: v.pipe(
    logName,
    v.transform((value) => value as DeviceId),
  ),
  /** How far the device has pulled: what it pushes was written, or filtered, with knowledge of every erasure up to it. */
  cursor,
  /** The form of each is judged by itself (`parseEntry`), so that one bad entry keeps back nothing else. */
  entries: v.pipe(v.array(v.unknown()), v.minLength(1), v.maxLength(PUSH_ENTRIES)),
});
export type PushRequest = v.InferOutput<typeof pushRequest>;

export type PushResult =
  | { readonly id: EntryId; readonly result: 'taken' | 'known'; readonly position: number }
  | { readonly id: EntryId | ''; readonly result: 'refused'; readonly reason: EntryRefusal };

/** After a refusal for `blocks` nothing more of the push is looked at: what follows may build on it. */
export interface PushAnswer extends RelayClock {
  readonly results: readonly PushResult[];
}

export interface RelayClock {
  /** The relay's clock when it answered, milliseconds since 1970. */
  readonly nowMs: number;
  /** Another one than before: the relay's store was put back from a backup, or is a new one. */
  readonly incarnation: string;
}

/**
 * Entries that the relay has packed: those from `first` to `last` lie in one block (`#log/entry-block`), in this order.
 * It is fetched like every other block, and its entries up to the cursor that was asked from are known.
 */
export interface LogPack {
  readonly first: number;
  readonly last: number;
  readonly id: BlockId;
  readonly hash: string;
  readonly sizeBytes: number;
}

export interface LogPage extends RelayClock {
  /** Where the next entries are packed: then there are no items, and the cursor is the pack's `last`. */
  readonly pack?: LogPack;
  /** In the order of positions; an entry carries its author now. */
  readonly items: readonly { readonly position: number; readonly entry: Entry }[];
  /** To ask on from; the same as `after` where there is nothing new. */
  readonly cursor: number;
  /** Which entry stands at the cursor; absent at 0, and from older relays. */
  readonly lastEntry?: EntryId;
  readonly more: boolean;
}

export const missingRequest = v.strictObject({
  ids: v.pipe(
    v.array(
      v.pipe(
        logName,
        v.transform((value) => value as BlockId),
      ),
    ),
    v.maxLength(MISSING_BLOCKS),
  ),
});
export const entriesRequest = v.strictObject({
  ids: v.pipe(
    v.array(
      v.pipe(
        logName,
        v.transform((value) => value as EntryId),
      ),
    ),
    v.minLength(1),
    v.maxLength(ENTRIES_ASKED),
  ),
});
export interface EntriesAnswer {
  readonly entries: readonly Entry[];
}

export const erasureRequest = v.strictObject({
  contacts: v.pipe(
    v.array(
      v.pipe(
        v.string(),
        v.regex(/^[0-9a-f]{16}$/),
        v.transform((value) => value as ContactId),
      ),
    ),
    v.minLength(1),
    v.maxLength(ERASED_AT_ONCE),
  ),
});
/** The relay goes on by itself: what was asked for is on disk. */
export interface ErasureAnswer {
  readonly entry: EntryId;
}

/** Entries as a device holds them, erasures alone: known ones change nothing. */
export const erasuresAgain = v.strictObject({
  entries: v.pipe(v.array(v.unknown()), v.minLength(1), v.maxLength(ERASED_AT_ONCE)),
});

export interface MissingAnswer {
  readonly missing: readonly BlockId[];
}

/** A commit that nobody sees yet, since its blocks are still on their way from one device. */
export interface Upload {
  readonly entry: EntryId;
  readonly device: DeviceId;
  readonly blocks: number;
  readonly since: number;
}
export interface UploadsAnswer {
  readonly uploads: readonly Upload[];
}
