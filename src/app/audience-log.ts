/**
 * Folds the log that lies on this device, in the order of arrival, a few blocks at a time, so that questions are
 * answered meanwhile. A commit whose blocks are not all here and whole counts for nothing until they are.
 */
import type { EntryId } from '#domain/ids';
import { decodeRecipients, decodeRows } from '#log/block';
import { hashOf } from '#log/deflate';
import { knownBody, parseEntry } from '#log/entry';
import type { Block, Fold } from '#log/fold';
import type { BlockRef, Entry } from '#log/types';
import type { BlockRow, BlockStore, EntryStore } from '#storage/types';

export interface AudienceLogParts {
  readonly entries: Pick<EntryStore, 'after'>;
  readonly blocks: Pick<BlockStore, 'get' | 'present'>;
  readonly fold: Fold;
  /** Lets questions that came meanwhile be answered. */
  readonly pause: () => Promise<void>;
}

export interface AudienceLog {
  /** Folds what is new on disk. `onSlice` after each step; one run at a time, the others wait for theirs. */
  readonly catchUp: (onSlice?: () => void) => Promise<void>;
  /**
   * Every entry that lies here and was not refused, in the order of arrival; undefined where it is none that can be
   * read. Looks without folding: history and the list of imports are asked of it.
   */
  readonly eachEntry: (visit: (entry: Entry | undefined) => Promise<void> | void) => Promise<void>;
  /** After entries that were folded got other times, or were refused by the relay. */
  readonly foldAnew: () => Promise<void>;
}

const ENTRIES_AT_ONCE = 500;
/** About 30,000 rows: decoding them takes some hundredths of a second. */
const BLOCKS_AT_ONCE = 8;

export function createAudienceLog({ entries, blocks, fold, pause }: AudienceLogParts): AudienceLog {
  let position = 0;
  let running: Promise<void> = Promise.resolve();

  async function run(onSlice: () => void): Promise<void> {
    for (const entry of [...fold.waiting.values()]) await add(fold, entry, onSlice);
    await eachAfter(position, async (entry, at) => {
      if (entry) await add(fold, entry, onSlice);
      position = at;
    });
    onSlice();
    if (fold.stale) await foldAnew();
  }

  async function eachAfter(from: number, visit: (entry: Entry | undefined, position: number) => Promise<void> | void) {
    for (;;) {
      const rows = await entries.after(from, ENTRIES_AT_ONCE);
      for (const row of rows) {
        from = row.position ?? from;
        await visit(row.sharing === 'refused' ? undefined : parseEntry(row.entry), from);
      }
      if (rows.length < ENTRIES_AT_ONCE) return;
      await pause();
    }
  }

  /** From the disk, in the order of entries. Until it is done, questions are answered as before. */
  async function foldAnew(): Promise<void> {
    const all: Entry[] = [];
    await eachAfter(0, (entry, at) => {
      if (entry) all.push(entry);
      position = at;
    });
    const anew = fold.anew(all);
    for (const entry of anew.inOrder) await add(anew, entry, () => undefined);
    anew.done();
  }

  async function add(to: Pick<Fold, 'apply' | 'applyBySlices'>, entry: Entry, onSlice: () => void): Promise<void> {
    const body = knownBody(entry);
    if (body?.kind !== 'commit' && body?.kind !== 'messaged') {
      to.apply(entry, NO_BLOCKS);
      return;
    }
    const rows = await readWhole(body.blocks);
    const addBlock = rows && to.applyBySlices(entry);
    if (!addBlock) {
      to.apply(entry, NO_BLOCKS);
      return;
    }
    const decode = body.kind === 'commit' ? decodeRows : decodeRecipients;
    for (let from = 0; from < rows.length; from += BLOCKS_AT_ONCE) {
      for (const decoded of await Promise.all(
        rows.slice(from, from + BLOCKS_AT_ONCE).map((row) => decode(row.bytes)),
      )) {
        // Its hash is right, so these are the bytes that a device wrote: a bug, not a damage.
        if (decoded.kind === 'refused') throw new Error(`a block of entry ${entry.id} is ${decoded.reason}`);
        addBlock(decoded.block);
      }
      onSlice();
      await pause();
    }
  }

  /** All blocks, or none: they are looked through before the first one counts. Compressed, a million contacts are 25 MB. */
  async function readWhole(refs: readonly BlockRef[]): Promise<readonly BlockRow[] | undefined> {
    const ids = refs.map((ref) => ref.id);
    if ((await blocks.present(ids)).size < new Set(ids).size) return undefined;
    const whole: BlockRow[] = [];
    for (let from = 0; from < refs.length; from += BLOCKS_AT_ONCE) {
      const some = refs.slice(from, from + BLOCKS_AT_ONCE);
      const rows = await blocks.get(ids.slice(from, from + BLOCKS_AT_ONCE));
      for (const [at, row] of rows.entries()) {
        if (!row || (await hashOf(row.bytes)) !== some[at]?.hash) return undefined;
        whole.push(row);
      }
    }
    return whole;
  }

  /** A failure is its caller's; whoever comes next tries anew. */
  function oneByOne(job: () => Promise<void>): Promise<void> {
    const next = running.then(job);
    running = next.catch(() => undefined);
    return next;
  }

  return {
    eachEntry: (visit) => eachAfter(0, visit),
    catchUp: (onSlice = () => undefined) => oneByOne(() => run(onSlice)),
    foldAnew: () => oneByOne(foldAnew),
  };
}

const NO_BLOCKS: ReadonlyMap<BlockRef['id'], Block> = new Map();

/** Of a message's entry: derived, so that adding it twice is adding it once. */
export const messagedEntryId = (message: string): EntryId => `messaged-${message}` as EntryId;
