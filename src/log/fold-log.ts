/**
 * Folds entries whose blocks lie somewhere as bytes, a few blocks at a time: a million rows decoded at once would be a
 * gigabyte. A commit whose blocks are not all there and whole counts for nothing. Which entries there are, and in which
 * order they come, is the caller's to know.
 */
import type { BlockId, EntryId } from '#domain/ids';
import { decodeRecipients, decodeRows, type Decoded, type DecodeLimits } from './block.ts';
import { hashOf } from './deflate.ts';
import { knownBody } from './entry.ts';
import type { Block, Blocks, Fold } from './fold.ts';
import type { BlockRef, CommitBody, Entry, MessagedBody } from './types.ts';

/** Where blocks lie: a device's storage, or the relay's. */
export interface BlockBytes {
  /** In the order of the ids. */
  readonly get: (ids: readonly BlockId[]) => Promise<readonly ({ readonly bytes: Uint8Array } | undefined)[]>;
  /** Which of these are there, without reading them. */
  readonly present: (ids: readonly BlockId[]) => Promise<ReadonlySet<BlockId>>;
}

export interface EntryFolding {
  /** The blocks of a few entries, decoded; none of an entry of which one is missing or damaged. */
  readonly read: (entries: readonly Entry[]) => Promise<(entry: Entry) => Blocks>;
  /** `onSlice` after every few blocks. */
  readonly add: (to: Pick<Fold, 'apply' | 'applyBySlices'>, entry: Entry, onSlice?: () => void) => Promise<void>;
}

/** About 30,000 rows: decoding them takes some hundredths of a second. */
const BLOCKS_AT_ONCE = 8;

/** `pause` lets questions that came meanwhile be answered. `inflate`: where it is not the platform's streams. */
export function createEntryFolding(
  blocks: BlockBytes,
  pause: () => Promise<void>,
  limits: Pick<DecodeLimits, 'inflate'> = {},
): EntryFolding {
  /** All blocks, or none: they are looked through before the first one counts. Compressed, a million contacts are 25 MB. */
  async function readWhole(refs: readonly BlockRef[]): Promise<readonly Uint8Array[] | undefined> {
    const ids = refs.map((ref) => ref.id);
    if ((await blocks.present(ids)).size < new Set(ids).size) return undefined;
    const whole: Uint8Array[] = [];
    for (let from = 0; from < refs.length; from += BLOCKS_AT_ONCE) {
      const some = refs.slice(from, from + BLOCKS_AT_ONCE);
      const found = await blocks.get(ids.slice(from, from + BLOCKS_AT_ONCE));
      for (const [at, block] of found.entries()) {
        if (!block || (await hashOf(block.bytes)) !== some[at]?.hash) return undefined;
        whole.push(block.bytes);
      }
    }
    return whole;
  }

  /** Its hash is right, so these are the bytes that a device wrote: a bug, not a damage. */
  function sound(decoded: Decoded<Block>, { id }: Entry): Block {
    if (decoded.kind === 'refused') throw new Error(`a block of entry ${id} is ${decoded.reason}`);
    return decoded.block;
  }

  return {
    async read(entries) {
      const found = new Map<EntryId, Blocks>();
      for (const entry of entries) {
        const body = listingOf(entry);
        const whole = body && (await readWhole(body.blocks));
        if (!whole) continue;
        const decoded = await Promise.all(whole.map(decoderOf(body, limits)));
        const blocks = decoded.map((one, at) => [(body.blocks[at] as BlockRef).id, sound(one, entry)] as const);
        found.set(entry.id, new Map(blocks));
      }
      return ({ id }) => found.get(id) ?? NO_BLOCKS;
    },
    async add(to, entry, onSlice = () => undefined) {
      const body = listingOf(entry);
      const whole = body && (await readWhole(body.blocks));
      const addBlock = whole && to.applyBySlices(entry);
      if (!addBlock) {
        to.apply(entry, NO_BLOCKS);
        return;
      }
      const decode = decoderOf(body, limits);
      // The blocks after it are inflated, on other threads, while one is folded.
      const decoding = whole.slice(0, BLOCKS_AT_ONCE).map(decode);
      for (let at = 0; at < whole.length; at += 1) {
        const decoded = (await decoding.shift()) as Decoded<Block>;
        const next = whole[at + BLOCKS_AT_ONCE];
        if (next) decoding.push(decode(next));
        addBlock(sound(decoded, entry));
        if ((at + 1) % BLOCKS_AT_ONCE !== 0 && at + 1 < whole.length) continue;
        onSlice();
        await pause();
      }
    },
  };
}

const NO_BLOCKS: Blocks = new Map();

/** A hundred thousand changes by hand are looked through once, by the fold. */
function listingOf(entry: Entry): CommitBody | MessagedBody | undefined {
  if (entry.body.kind !== 'commit' && entry.body.kind !== 'messaged') return undefined;
  const body = knownBody(entry);
  return body?.kind === 'commit' || body?.kind === 'messaged' ? body : undefined;
}

const decoderOf =
  ({ kind }: CommitBody | MessagedBody, limits: DecodeLimits) =>
  (bytes: Uint8Array): Promise<Decoded<Block>> =>
    kind === 'commit' ? decodeRows(bytes, limits) : decodeRecipients(bytes, limits);
