/**
 * Rewrites what the relay holds so that nobody erased is in it: entries in their places, blocks under new names,
 * recipients, reports. Done again from the start it does the same; between two steps requests are answered.
 */
import { setImmediate } from 'node:timers/promises';
import type { BlockId, ContactId, MessageId, WorkspaceId } from '#domain/ids';
import { createErasedBlocks } from './erased-blocks.ts';
import { entriesAfter } from '#log/entry-block';
import { UNKNOWING, withBlocks, type ErasureFilter } from '#log/erasure-filter';
import type { BlockRef, Entry, LogTime } from '#log/types';
import type { Blocks } from '#relay/blocks/blocks';
import type { RelayStore } from '#relay/store/types';

export interface EraseFrom {
  readonly store: RelayStore;
  readonly blocks: Blocks;
  readonly now: () => number;
  readonly workspace: WorkspaceId;
  readonly filter: ErasureFilter;
  /** Whoever holds it in memory does not send it. */
  readonly onBlanked: (message: MessageId, recipient: number) => void;
}

const ENTRIES_AT_ONCE = 500;
const BYTES_AT_ONCE = 4_000_000;
const DELIVERIES_AT_ONCE = 2_000;

export async function eraseFromStore(from: EraseFrom): Promise<void> {
  // First: what is under way must not reach her any more.
  await eraseFromDeliveries(from);
  await eraseFromLog(from);
  await eraseFromUnnamedBlocks(from);
  await from.store.dropReports(from.workspace, from.filter.namesText);
}

async function eraseFromLog({ store, blocks, now, workspace, filter }: EraseFrom): Promise<void> {
  await unpackLog({ store, blocks, workspace });
  const erased = createErasedBlocks({ blocks, workspace, filter, now });
  for (let after = 0, more = true; more;) {
    const page = await store.entriesAfter(workspace, after, ENTRIES_AT_ONCE, BYTES_AT_ONCE);
    for (const { position, json } of page.items) {
      const entry = JSON.parse(json) as Entry;
      const left = filter.entry(entry, entry.time) ?? filter.emptied(entry);
      const renamed = await renameBlocks(entry.time, refsOf(entry));
      if (left === entry && renamed.size === 0) continue;
      await store.replaceEntry(workspace, position, JSON.stringify(withBlocks(left, renamed)), {
        before: [...renamed.keys()],
        now: [...renamed.values()].map(({ id }) => id),
      });
    }
    ({ cursor: after, more } = page);
    await setImmediate();
  }

  async function renameBlocks(saidAt: LogTime, refs: readonly BlockRef[]): Promise<ReadonlyMap<BlockId, BlockRef>> {
    const renamed = new Map<BlockId, BlockRef>();
    for (const ref of refs) {
      const now = await erased.rename(ref.id, saidAt);
      if (now) renamed.set(ref.id, now);
    }
    return renamed;
  }
}

/** Nothing is packed again until the erasure is done; the packs' own bytes go. */
async function unpackLog({ store, blocks, workspace }: Pick<EraseFrom, 'store' | 'blocks' | 'workspace'>) {
  for (const pack of await store.packs(workspace)) {
    const bytes = (await blocks.get(workspace, pack.id))?.bytes;
    const entries = bytes && (await entriesAfter(bytes, pack, 0));
    if (!entries) throw new Error('a pack of the log cannot be read');
    await store.unpackEntries(
      workspace,
      pack,
      entries.map((entry) => JSON.stringify(entry)),
    );
    await blocks.discard(workspace, pack.id, () => Promise.resolve(true));
    await setImmediate();
  }
}

/** Of imports that are on their way from devices that do not know of the erasure, and what was renamed just now. */
async function eraseFromUnnamedBlocks({ store, blocks, now, workspace, filter }: EraseFrom): Promise<void> {
  const erased = createErasedBlocks({ blocks, workspace, filter, now });
  for (const id of await store.unpinnedBlocks(workspace)) {
    await blocks.discard(workspace, id, (bytes) => erased.holds(bytes, UNKNOWING));
    await setImmediate();
  }
}

async function eraseFromDeliveries({ store, workspace, filter, onBlanked }: EraseFrom): Promise<void> {
  for (const { number, id } of await store.personalMessages(workspace)) {
    for (let after = -1; ;) {
      const some = await store.deliveriesAfter(number, after, DELIVERIES_AT_ONCE);
      const hers = some
        .filter(({ contact, address }) => address !== '' && filter.namesRecipient(contact as ContactId, address))
        .map(({ recipient }) => recipient);
      if (hers.length > 0) await store.blankDeliveries(number, hers);
      for (const recipient of hers) onBlanked(id, recipient);
      if (some.length < DELIVERIES_AT_ONCE) break;
      after = some.at(-1)?.recipient ?? after;
      await setImmediate();
    }
  }
}

/** Also of a kind that a newer version wrote. */
function refsOf({ body }: Entry): readonly BlockRef[] {
  const { blocks } = body as { readonly blocks?: unknown };
  return Array.isArray(blocks) ? (blocks as readonly BlockRef[]) : [];
}
