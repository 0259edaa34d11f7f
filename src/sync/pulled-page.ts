/**
 * Keeps a page of the relay's log: single entries as they came, a pack once its block has come and is what the relay
 * said. What a pack holds up to the cursor that was asked from lies here already.
 */
import { hashOf } from '#log/deflate';
import { entriesAfter } from '#log/entry-block';
import type { LogPack, LogPage } from '#protocol/log';
import type { SharingStore } from '#storage/types';
import type { RelayAnswer, RelayClient } from './relay-client.ts';

export interface PulledPageDeps {
  readonly relay: Pick<RelayClient, 'block'>;
  readonly sharing: Pick<SharingStore, 'addPulled' | 'addPulledPack' | 'see'>;
}

export type Kept =
  | { readonly kind: 'kept'; readonly what: 'nothing' | 'more' | 'anew' }
  /** Nothing of it was kept; the same page can be asked for again. */
  | { readonly kind: 'failed'; readonly answer: Exclude<RelayAnswer<unknown>, { kind: 'answer' }> };

export async function keepPage(deps: PulledPageDeps, page: LogPage, after: number): Promise<Kept> {
  const kept = await keepEntries(deps, page, after);
  const { incarnation, cursor: position, lastEntry } = page;
  if (kept.kind === 'kept' && lastEntry !== undefined)
    await deps.sharing.see({ incarnation, position, entry: lastEntry });
  return kept;
}

async function keepEntries({ relay, sharing }: PulledPageDeps, page: LogPage, after: number): Promise<Kept> {
  const { items, pack, cursor } = page;
  if (cursor <= after) return { kind: 'kept', what: 'nothing' };
  if (pack) return keepPack(pack);
  const entries = items.map(({ entry }) => entry);
  return { kind: 'kept', what: await sharing.addPulled(entries, cursor) };

  async function keepPack({ id, hash, first, last }: LogPack): Promise<Kept> {
    const answer = await relay.block(id);
    if (answer.kind !== 'answer') return { kind: 'failed', answer };
    const bytes = answer.value;
    if (!(bytes instanceof Uint8Array) || (await hashOf(bytes)) !== hash) return UNREADABLE;
    const entries = await entriesAfter(bytes, { first, last }, after);
    if (!entries) return UNREADABLE;
    const isWhole = first > after;
    return { kind: 'kept', what: await sharing.addPulledPack(entries, last, isWhole ? { hash, bytes } : undefined) };
  }
}

/** Cut off on the way, or of a version to come: as if it had not come. */
const UNREADABLE: Kept = { kind: 'failed', answer: { kind: 'unreachable' } };
