/**
 * Moves the blocks that entries name, both ways, each kept as it comes: cut off anywhere, the next round goes on with
 * what is still missing. Which entries there are is `share-log.ts`'s.
 */
import { hashOf } from '#log/deflate';
import type { BlockId, DeviceId, EntryId } from '#domain/ids';
import type { BlockRef, Entry } from '#log/types';
import { ENTRIES_ASKED, MISSING_BLOCKS } from '#protocol/constants';
import type { BlockStore, EntryRow, SharingStore } from '#storage/types';
import { failureOf, type Shared } from './shared.ts';
import type { RelayClient } from './relay-client.ts';

/** `up`: to the relay. Of those that this round has found missing. */
export interface BlockProgress {
  readonly way: 'up' | 'down';
  readonly done: number;
  readonly of: number;
}

export interface ShareBlocksDeps {
  readonly relay: Pick<RelayClient, 'missingBlocks' | 'putBlock' | 'block' | 'entries'>;
  readonly sharing: Pick<SharingStore, 'missingBlocks' | 'cursor' | 'naming' | 'replaceShared'>;
  readonly blocks: BlockStore;
  readonly device: DeviceId;
  readonly now: () => number;
  /** Entries can be folded now whose blocks were still to come. */
  readonly onWhole: () => void;
  /** Entries name other blocks than they did. */
  readonly onRenamed: () => void;
  readonly onProgress: (progress: BlockProgress) => void;
}

/** Blocks under way at once: a few hide the network's delay, many would starve the page. */
const BLOCKS_AT_ONCE = 4;
/** Each time the audience looks through all that waits: a thousand small imports are not told one by one. */
const TELL_EVERY_MS = 500;

export function createBlockSharing(deps: ShareBlocksDeps) {
  const { relay, sharing, blocks, device, now, onWhole, onRenamed, onProgress } = deps;

  /**
   * The rows that can be pushed: up to the first whose blocks are neither there nor here. `behind`: an erasure that is
   * not known here may be of somebody in them.
   */
  async function upload(rows: readonly EntryRow[]): Promise<readonly EntryRow[] | Shared | 'behind'> {
    const missing = await missingAtRelay(rows);
    if (typeof missing === 'string') return missing;
    let done = 0;
    for (const row of rows) {
      const wanted = refsOf(row.entry).filter(({ id }) => missing.has(id));
      const result = await each<BlockRef, Shared | 'behind'>(wanted, async (ref) => {
        const [block] = await blocks.get([ref.id]);
        if (!block) return 'waiting';
        const of = { entry: row.entry.id, device, cursor: await sharing.cursor() };
        const answer = await relay.putBlock(ref.id, ref.hash, of, block.bytes);
        if (answer.kind === 'problem' && answer.problem === 'behind') return 'behind';
        if (answer.kind !== 'answer') return failureOf(answer);
        onProgress({ way: 'up', done: (done += 1), of: missing.size });
        return 'current';
      });
      if (result === 'waiting') return rows.slice(0, rows.indexOf(row));
      if (result !== 'current') return result;
    }
    return rows;
  }

  async function missingAtRelay(rows: readonly EntryRow[]): Promise<ReadonlySet<BlockId> | Shared> {
    const missing = new Set<BlockId>();
    const ids = rows.flatMap(({ entry }) => refsOf(entry).map(({ id }) => id));
    for (let from = 0; from < ids.length; from += MISSING_BLOCKS) {
      const answer = await relay.missingBlocks(ids.slice(from, from + MISSING_BLOCKS));
      if (answer.kind !== 'answer') return failureOf(answer);
      for (const id of answer.value.missing) missing.add(id);
    }
    return missing;
  }

  /** The newest entry's first: the list of contacts begins with the newest, so it fills from where somebody looks. */
  async function fetch(): Promise<Shared> {
    const entries = await sharing.missingBlocks();
    const wanted = entries.flatMap(({ entry, blocks: refs }) => refs.map((ref) => ({ entry, ref })));
    const left = new Map<EntryId, number>(entries.map(({ entry, blocks: refs }) => [entry, refs.length]));
    const gone = new Set<BlockId>();
    let done = 0;
    let damaged = 0;
    let untold = 0;
    let toldAt = -Infinity;

    const tell = () => {
      untold = 0;
      toldAt = now();
      onWhole();
    };
    const result = await each(wanted, async ({ entry, ref }) => {
      const answer = await relay.block(ref.id);
      if (answer.kind === 'problem' && answer.problem === 'notFound') {
        gone.add(ref.id);
        return 'current';
      }
      if (answer.kind !== 'answer') return failureOf(answer);
      if (!(answer.value instanceof Uint8Array) || (await hashOf(answer.value)) !== ref.hash) {
        // The others come all the same; this one is asked for again.
        damaged += 1;
        return 'current';
      }
      await blocks.add([{ id: ref.id, hash: ref.hash, bytes: answer.value }]);
      onProgress({ way: 'down', done: (done += 1), of: wanted.length });
      const more = (left.get(entry) ?? 0) - 1;
      left.set(entry, more);
      if (more > 0) return 'current';
      untold += 1;
      if (now() - toldAt >= TELL_EVERY_MS) tell();
      return 'current';
    });
    if (untold > 0) tell();
    if (result === 'current' && gone.size > 0) return readAgain(gone);
    return result === 'current' && damaged > 0 ? 'unreachable' : result;
  }

  /** Blocks from which somebody was erased have other names now, and the entries that name them say so. */
  async function readAgain(gone: ReadonlySet<BlockId>): Promise<Shared> {
    const ids = await sharing.naming(gone);
    if (ids.length === 0) return 'current';
    const answer = await relay.entries(ids.slice(0, ENTRIES_ASKED));
    if (answer.kind !== 'answer') return failureOf(answer);
    const others = answer.value.entries.filter((entry) => !refsOf(entry).some(({ id }) => gone.has(id)));
    // The relay has them all: one that it cannot find now is asked for again at the next round.
    if (others.length === 0) return 'current';
    await sharing.replaceShared(others);
    onRenamed();
    return fetch();
  }

  return { upload, fetch };
}

const refsOf = (entry: Entry): readonly BlockRef[] => (entry.body as { blocks?: readonly BlockRef[] }).blocks ?? [];

/** A few at once; the first that is not `current` ends it. */
async function each<Item, Answer extends string = Shared>(
  items: readonly Item[],
  run: (item: Item) => Promise<Answer | 'current'>,
): Promise<Answer | 'current'> {
  let result: Answer | 'current' = 'current';
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
