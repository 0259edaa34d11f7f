/**
 * Carries the log: pulls what others wrote, pushes what is pending, in order, and moves blocks both ways. Cut off
 * anywhere it goes on: entries are answered one by one, blocks may come as often as they like.
 */
import { hashOf } from '#log/deflate';
import type { BlockId, DeviceId } from '#domain/ids';
import type { BlockRef, Entry } from '#log/types';
import { MISSING_BLOCKS, PUSH_BYTES, PUSH_ENTRIES, type RelayClock } from '#protocol/log';
import type { BlockStore, EntryRow, SharingStore } from '#storage/types';
import type { RelayAnswer, RelayClient } from './relay-client.ts';

export interface ShareDeps {
  readonly relay: Pick<RelayClient, 'push' | 'pull' | 'missingBlocks' | 'putBlock' | 'block'>;
  readonly sharing: SharingStore;
  readonly blocks: BlockStore;
  readonly device: DeviceId;
  /** Milliseconds since 1970 by this device's clock. */
  readonly now: () => number;
  /** Entries or blocks came; `anew`: what was folded before changed its time, or counts no more. */
  readonly onChange: (how: 'more' | 'anew') => void;
}

/** `waiting`: the relay lacks blocks that do not lie here either. */
export type Shared = 'current' | 'waiting' | 'signedOut' | 'unreachable' | 'busy';

/** Blocks under way at once: a few hide the network's delay, many would starve the page. */
const BLOCKS_AT_ONCE = 4;

export type LogSharing = ReturnType<typeof createLogSharing>;

export function createLogSharing(deps: ShareDeps) {
  const { relay, sharing, blocks } = deps;

  /** One round; run one at a time a workspace. */
  async function share(): Promise<Shared> {
    // First what others wrote: an erasure among it must be known before anything is pushed.
    const pulled = await pull();
    if (pulled !== 'current') return pulled;
    const pushed = await push();
    if (pushed !== 'current' && pushed !== 'waiting') return pushed;
    const fetched = await fetchBlocks();
    return fetched === 'current' ? pushed : fetched;
  }

  async function pull(): Promise<Shared> {
    for (;;) {
      const askedAt = deps.now();
      const after = await sharing.cursor();
      const answer = await relay.pull(after);
      if (answer.kind !== 'answer') return failure(answer);
      const { items, cursor, more } = answer.value;
      if ((await meet(answer.value, askedAt)) === 'other') continue;
      if (cursor > after) {
        const what = await sharing.addPulled(
          items.map(({ entry }) => entry),
          cursor,
        );
        if (what !== 'nothing') deps.onChange(what);
      }
      if (!more) return 'current';
    }
  }

  /** Whose store it is, and how far its clock is from ours: both before anything of it is kept. */
  async function meet({ incarnation, nowMs }: RelayClock, askedAt: number): Promise<'known' | 'other'> {
    const offsetMs = Math.round(nowMs - (askedAt + deps.now()) / 2);
    if ((await sharing.restamp(offsetMs, nowMs)) === 'restamped') deps.onChange('anew');
    return sharing.meetRelay(incarnation, deps.device);
  }

  async function push(): Promise<Shared> {
    for (let behind = 0; ;) {
      const rows = firstBytes(await sharing.pending(PUSH_ENTRIES));
      if (rows.length === 0) return 'current';
      const ready = await uploadBlocks(rows);
      if (typeof ready === 'string') return ready;
      if (ready.length === 0) return 'waiting';
      const answer = await relay.push({
        device: deps.device,
        cursor: await sharing.cursor(),
        entries: ready.map(({ entry }) => entry),
      });
      if (answer.kind === 'problem' && answer.problem === 'behind' && behind < 3) {
        behind += 1;
        const pulled = await pull();
        if (pulled !== 'current') return pulled;
        continue;
      }
      if (answer.kind !== 'answer') return failure(answer);
      const { results } = answer.value;
      await sharing.settle(results);
      if (results.some((result) => result.result === 'refused' && FINAL.has(result.reason))) deps.onChange('anew');
      // Another device's session, copied or put back: this one must sign in for itself.
      if (results.some((result) => result.result === 'refused' && result.reason === 'device')) return 'signedOut';
      // The relay changed its mind about what it has or what time it is: not in a loop, but at the next round.
      if (!results.some(({ result }) => result !== 'refused')) return 'waiting';
    }
  }

  /** The rows that can be pushed: up to the first whose blocks are neither there nor here. */
  async function uploadBlocks(rows: readonly EntryRow[]): Promise<readonly EntryRow[] | Shared> {
    const withBlocks = rows.filter(({ entry }) => refsOf(entry).length > 0);
    const missing = new Set<BlockId>();
    const ids = withBlocks.flatMap(({ entry }) => refsOf(entry).map(({ id }) => id));
    for (let from = 0; from < ids.length; from += MISSING_BLOCKS) {
      const answer = await relay.missingBlocks(ids.slice(from, from + MISSING_BLOCKS));
      if (answer.kind !== 'answer') return failure(answer);
      for (const id of answer.value.missing) missing.add(id);
    }
    for (const row of withBlocks) {
      const wanted = refsOf(row.entry).filter(({ id }) => missing.has(id));
      const result = await each(wanted, async (ref) => {
        const [block] = await blocks.get([ref.id]);
        if (!block) return 'waiting';
        const answer = await relay.putBlock(
          ref.id,
          ref.hash,
          { entry: row.entry.id, device: deps.device },
          block.bytes,
        );
        return answer.kind === 'answer' ? 'current' : failure(answer);
      });
      if (result === 'waiting') return rows.slice(0, rows.indexOf(row));
      if (result !== 'current') return result;
    }
    return rows;
  }

  async function fetchBlocks(): Promise<Shared> {
    const missing = await sharing.missingBlocks();
    let came = 0;
    const result = await each(missing, async (ref) => {
      const answer = await relay.block(ref.id);
      // The relay has them all; one that it cannot find now is asked for again at the next round.
      if (answer.kind === 'problem' && answer.problem === 'notFound') return 'current';
      if (answer.kind !== 'answer') return failure(answer);
      if (!(answer.value instanceof Uint8Array) || (await hashOf(answer.value)) !== ref.hash) return 'unreachable';
      await blocks.add([{ id: ref.id, hash: ref.hash, bytes: answer.value }]);
      came += 1;
      return 'current';
    });
    if (came > 0) deps.onChange('more');
    return result;
  }

  return { share };
}

const FINAL: ReadonlySet<string> = new Set(['form', 'role']);

/** As many as one push may hold; one alone always goes, and the relay says whether it is too long. */
function firstBytes(rows: readonly EntryRow[]): readonly EntryRow[] {
  let bytes = 0;
  const end = rows.findIndex((row, at) => {
    bytes += JSON.stringify(row.entry).length * MOST_BYTES_A_UNIT;
    return at > 0 && bytes > PUSH_BYTES;
  });
  return end < 0 ? rows : rows.slice(0, end);
}
/** UTF-8 of one UTF-16 unit. */
const MOST_BYTES_A_UNIT = 3;

const refsOf = (entry: Entry): readonly BlockRef[] => (entry.body as { blocks?: readonly BlockRef[] }).blocks ?? [];

function failure(answer: Exclude<RelayAnswer<unknown>, { kind: 'answer' }>): Shared {
  if (answer.kind !== 'problem') return 'unreachable';
  return answer.problem === 'signedOut' ? 'signedOut' : 'busy';
}

/** A few at once; the first that is not `current` ends it. */
async function each<Item>(items: readonly Item[], run: (item: Item) => Promise<Shared>): Promise<Shared> {
  let result: Shared = 'current';
  let next = 0;
  const worker = async () => {
    while (next < items.length && result === 'current') {
      const answer = await run(items[next++] as Item);
      if (answer !== 'current' && result === 'current') result = answer;
    }
  };
  await Promise.all(Array.from({ length: BLOCKS_AT_ONCE }, worker));
  return result;
}
