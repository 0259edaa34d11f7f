/**
 * The relay in memory: a list of entries with positions, and blocks by id. It takes what is whole and not of the future,
 * and nothing from a device that has not heard of its last erasure.
 */
import type { BlockId, EntryId } from '#domain/ids';
import type { Block } from '#log/fold';
import { msOfTime, nextTime, receiveTime } from '#log/time';
import type { Entry, EntryBody, LogTime } from '#log/types';
import { blockIdsOf } from './entry-rows.ts';
import { RELAY } from './names.ts';

export const MOST_AHEAD_MS = 5 * 60_000;

export interface Relay {
  readonly log: readonly Entry[];
  readonly blocks: Map<BlockId, Block>;
  readonly has: (id: EntryId) => boolean;
  readonly push: (cursor: number, entry: Entry, nowMs: number) => 'taken' | 'known' | 'behind' | 'time' | 'blocks';
  /** What it writes itself: erasures. */
  readonly append: (id: EntryId, body: EntryBody, nowMs: number) => Entry;
}

export function createRelay(blocks = new Map<BlockId, Block>()): Relay {
  const log: Entry[] = [];
  const ids = new Set<EntryId>();
  let clock: LogTime = 0;
  let lastErasure = 0;

  function add(entry: Entry): void {
    log.push(entry);
    ids.add(entry.id);
    clock = receiveTime(clock, entry.time);
    if (entry.body.kind === 'erasure') lastErasure = log.length;
  }

  return {
    log,
    blocks,
    has: (id) => ids.has(id),
    push(cursor, entry, nowMs) {
      if (cursor < lastErasure) return 'behind';
      if (ids.has(entry.id)) return 'known';
      if (msOfTime(entry.time) > nowMs + MOST_AHEAD_MS) return 'time';
      if (!blockIdsOf(entry).every((id) => blocks.has(id))) return 'blocks';
      add(entry);
      return 'taken';
    },
    append(id, body, nowMs) {
      const entry: Entry = { id, device: RELAY, time: nextTime(clock, nowMs), format: 1, body };
      add(entry);
      return entry;
    },
  };
}
