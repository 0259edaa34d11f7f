/**
 * Of many blocks those that can name certain contacts, without unpacking the rest: the names of each block are read once
 * and kept. Whose rows are in the end is not decided here.
 */
import type { BlockId } from '#domain/ids';
import { readNames } from '#log/block-names';
import type { ContactIds } from '#log/contact-id';
import type { BlockStore } from '#storage/types';

export interface NamedBlocksParts {
  readonly ids: ContactIds;
  readonly blocks: Pick<BlockStore, 'get'>;
  readonly pause: () => Promise<void>;
}

type Kind = 'rows' | 'recipients';

/** Names of so many are hashed in some milliseconds: whoever asks meanwhile waits no longer. */
const BLOCKS_AT_ONCE = 4;
/** Four bytes each: names of a million rows are kept for the next question. */
const NAMES_KEPT = 2_000_000;

export function createNamedBlocks({ ids, blocks, pause }: NamedBlocksParts) {
  const namesByBlock = new Map<BlockId, Uint32Array>();
  let namesKept = 0;

  async function namesOf(id: BlockId, bytes: Uint8Array, kind: Kind) {
    // In order: all of them are asked anew for each change of the contact that is looked at.
    const names = namesByBlock.get(id) ?? (await readNames(bytes, kind, ids))?.sort();
    if (names && !namesByBlock.has(id) && namesKept + names.length <= NAMES_KEPT) {
      namesKept += names.length;
      namesByBlock.set(id, names);
    }
    return names;
  }

  return {
    /** In the order of the blocks; a block whose names are known and not asked for is not read. `lows`: halves of ids. */
    async eachNaming(
      refs: readonly { readonly id: BlockId }[],
      kind: Kind,
      lows: ReadonlySet<number>,
      visit: (bytes: Uint8Array, block: BlockId) => Promise<void>,
    ): Promise<void> {
      const isWanted = (names: Uint32Array | undefined) => !names || [...lows].some((low) => hasNumber(names, low));
      const wanted = refs.map(({ id }) => id).filter((id) => isWanted(namesByBlock.get(id)));
      for (let from = 0; from < wanted.length; from += BLOCKS_AT_ONCE) {
        const some = wanted.slice(from, from + BLOCKS_AT_ONCE);
        const rows = await blocks.get(some);
        const named = await Promise.all(rows.map(async (row) => row && namesOf(row.id, row.bytes, kind)));
        for (const [at, row] of rows.entries()) if (row && isWanted(named[at])) await visit(row.bytes, row.id);
        if (from + BLOCKS_AT_ONCE < wanted.length) await pause();
      }
    },
  };
}

/** Among numbers that rise. */
function hasNumber(numbers: Uint32Array, wanted: number): boolean {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] as number) < wanted) low = middle + 1;
    else high = middle;
  }
  return numbers[low] === wanted;
}
