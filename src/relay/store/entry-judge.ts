/**
 * What of an entry can be judged by itself, before the store is asked: its form, its size, its time. Its kind need not
 * be known here: what a newer version wrote is kept and passed on.
 */
import type { BlockId, EntryId } from '#domain/ids';
import { parseEntry } from '#log/entry';
import { isPlain } from '#log/plain';
import { msOfTime } from '#log/time';
import type { Entry, EntryRefusal } from '#log/types';
import { ENTRY_BYTES, LISTING_ENTRY_BYTES, MOST_AHEAD_MS } from '#protocol/log';

export interface EntryForm {
  readonly entry: Entry;
  /** As it is kept and passed on, with its author. */
  readonly json: string;
  readonly blocks: readonly { readonly id: BlockId; readonly hash: string }[];
}

/** Ids as the protocol has them everywhere else. */
const NAME = /^[A-Za-z0-9_-]{1,120}$/;
/** An entry of today is four deep; what is far deeper would run a reader's stack full. */
const MOST_DEPTH = 24;

/** Undefined where it is no entry, or one too large to carry. */
export function readEntry(value: unknown, author: string): EntryForm | undefined {
  const parsed = parseEntry(value);
  if (!parsed || !NAME.test(parsed.id) || !NAME.test(parsed.device) || !isPlain(parsed, MOST_DEPTH)) return undefined;
  const entry: Entry = { ...parsed, author };
  const json = JSON.stringify(entry);
  const listing = entry.body.kind === 'commit' || entry.body.kind === 'messaged';
  if (Buffer.byteLength(json) > (listing ? LISTING_ENTRY_BYTES : ENTRY_BYTES)) return undefined;
  return { entry, json, blocks: listing ? blocksOf(entry) : [] };
}

/** Why a sound entry that is new here cannot be taken; undefined where nothing speaks against it yet. */
export function refusalOf({ entry }: EntryForm, from: 'device' | 'relay', now: number): EntryRefusal | undefined {
  if (from === 'device' && entry.body.kind === 'erasure') return 'role';
  return msOfTime(entry.time) > now + MOST_AHEAD_MS ? 'time' : undefined;
}

/** The id to answer with, where what came has one. */
export function idOf(value: unknown): EntryId | '' {
  const id = typeof value === 'object' && value !== null ? (value as { id?: unknown }).id : undefined;
  return typeof id === 'string' && NAME.test(id) ? (id as EntryId) : '';
}

/** Also of a body that a newer version shaped: what looks like a block is asked for. */
function blocksOf(entry: Entry): EntryForm['blocks'] {
  const { blocks } = entry.body as { blocks?: unknown };
  return Array.isArray(blocks) ? blocks.filter(isRef) : [];
}

function isRef(value: unknown): value is EntryForm['blocks'][number] {
  const { id, hash } = (value ?? {}) as { id?: unknown; hash?: unknown };
  return typeof id === 'string' && typeof hash === 'string';
}
