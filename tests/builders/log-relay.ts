/** A relay's log in memory, by the words of `#protocol/log`, as a device's client sees it. For tests of devices. */
import { hashOf } from '#log/deflate';
import { parseEntry } from '#log/entry';
import { encodeEntries } from '#log/entry-block';
import { timeFromMs } from '#log/time';
import type { BlockId, EntryId } from '#domain/ids';
import type { BlockRef, Entry } from '#log/types';
import { MOST_AHEAD_MS, type LogPack, type LogPage, type PushResult } from '#protocol/log';
import type { RelayClient } from '#sync/relay-client';

export type LogClient = Pick<
  RelayClient,
  'push' | 'pull' | 'entries' | 'missingBlocks' | 'putBlock' | 'block' | 'eraseAgain'
>;

export interface LogRelay {
  readonly entries: Entry[];
  readonly blocks: Map<BlockId, Uint8Array>;
  incarnation: string;
  nowMs: number;
  /** Why the next pushed entries are refused, where they are. */
  refuse: (entry: Entry) => 'form' | 'role' | undefined;
  /** What a request meets instead of an answer; `lost`: it was done all the same. */
  fault: () => 'none' | 'unreachable' | 'lost';
  /** The next so many entries that are not packed lie in a block from now on, as the relay's own packing does it. */
  readonly pack: (count: number) => Promise<void>;
  readonly unpacked: () => number;
  readonly client: LogClient;
}

export function createLogRelay(pageItems = 3): LogRelay {
  const answer = async <Value>(value: () => Promise<Value> | Value) => {
    const fault = relay.fault();
    if (fault === 'unreachable') return { kind: 'unreachable' } as const;
    const answered = await value();
    return fault === 'lost' ? ({ kind: 'unreachable' } as const) : ({ kind: 'answer', value: answered } as const);
  };
  const clock = () => ({ nowMs: relay.nowMs, incarnation: relay.incarnation });
  const hasBlocks = (entry: Entry) =>
    ((entry.body as { blocks?: BlockRef[] }).blocks ?? []).every(({ id }) => relay.blocks.has(id));

  function take(value: unknown): PushResult {
    const entry = parseEntry(value);
    if (!entry) return { id: '' as EntryId, result: 'refused', reason: 'form' };
    const { id } = entry;
    const known = relay.entries.findIndex((each) => each.id === id);
    if (known >= 0) return { id, result: 'known', position: known + 1 };
    const reason = relay.refuse(entry);
    if (reason) return { id, result: 'refused', reason };
    if (entry.time > timeFromMs(relay.nowMs + MOST_AHEAD_MS)) return { id, result: 'refused', reason: 'time' };
    if (!hasBlocks(entry)) return { id, result: 'refused', reason: 'blocks' };
    relay.entries.push({ ...entry, author: 'member' });
    return { id, result: 'taken', position: relay.entries.length };
  }

  const lastEntryOf = (entry?: Entry) => entry && { lastEntry: entry.id };

  const packs: LogPack[] = [];

  async function pack(count: number): Promise<void> {
    const first = (packs.at(-1)?.last ?? 0) + 1;
    const entries = relay.entries.slice(first - 1, first - 1 + count);
    const { bytes, hash, sizeBytes } = await encodeEntries(entries);
    const id = `pack-${String(first)}` as BlockId;
    relay.blocks.set(id, bytes);
    packs.push({ first, last: first + entries.length - 1, id, hash, sizeBytes });
  }

  const relay: LogRelay = {
    entries: [],
    blocks: new Map(),
    incarnation: 'first',
    nowMs: 1_800_000_000_000,
    refuse: () => undefined,
    fault: () => 'none',
    pack,
    unpacked: () => relay.entries.length - (packs.at(-1)?.last ?? 0),
    client: {
      push: ({ entries }) => answer(() => ({ ...clock(), results: entries.map(take) })),
      pull: (after) =>
        answer((): LogPage => {
          const packed = packs.find(({ last }) => last > after);
          const endAt = (cursor: number) => ({ cursor, ...lastEntryOf(relay.entries[cursor - 1]) });
          if (packed) {
            const { last } = packed;
            return { ...clock(), pack: packed, items: [], ...endAt(last), more: last < relay.entries.length };
          }
          const items = relay.entries
            .slice(after, after + pageItems)
            .map((entry, at) => ({ position: after + at + 1, entry }));
          const cursor = items.at(-1)?.position ?? after;
          return { ...clock(), items, ...endAt(cursor), more: cursor < relay.entries.length };
        }),
      // Nothing is rewritten here: for that there is the relay itself.
      eraseAgain: (entries) =>
        answer(() => {
          const known = new Set(relay.entries.map(({ id }) => id));
          relay.entries.push(...entries.filter(({ id }) => !known.has(id)));
        }),
      entries: (ids) => answer(() => ({ entries: relay.entries.filter(({ id }) => ids.includes(id)) })),
      missingBlocks: (ids) => answer(() => ({ missing: ids.filter((id) => !relay.blocks.has(id)) })),
      putBlock: (id, hash, _entry, bytes) =>
        answer(async () => {
          if ((await hashOf(bytes)) !== hash) throw new Error('another block than it says');
          relay.blocks.set(id, bytes);
        }),
      async block(id) {
        const bytes = relay.blocks.get(id);
        if (!bytes) return { kind: 'problem', problem: 'notFound' };
        return answer(() => bytes);
      },
    },
  };
  return relay;
}
