/** Packing at the relay: whatever fails on the way, an entry is read once, as it was, in its place. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { decodeEntries } from '#log/entry-block';
import type { Blocks } from '#relay/blocks/blocks';
import { packOnce, startPacking, type PackingDeps } from '#relay/packing';
import { changeDraft, idsFrom } from '#tests/builders/entry-drafts';
import { entryOf } from '#tests/builders/entries';
import { createPackingRelay, type PackingRelay } from '#tests/builders/packing-relay';
import { START, WORKSPACE } from '#tests/builders/store-rows';

const HOUR_MS = 3_600_000;

let relay: PackingRelay;
beforeEach(async () => {
  relay = await createPackingRelay();
});
afterEach(() => relay.close());

const deps = (change: Partial<PackingDeps> = {}): PackingDeps => ({
  ...relay.deps,
  now: () => START + HOUR_MS + 1,
  ...{ afterMs: HOUR_MS, least: 1_000 },
  ...change,
});

async function write(ids: readonly string[], ms = START): Promise<void> {
  await relay.write(ids.map((id) => entryOf(changeDraft(id).body, { ms, id })));
}

/** The whole log as a device reads it, pack by pack and page by page. */
async function read(): Promise<readonly string[]> {
  const texts: string[] = [];
  for (;;) {
    const { items, pack, cursor, more } = await relay.store.entriesAfter(WORKSPACE, texts.length, 500, 1_000_000);
    if (pack) {
      const decoded = await decodeEntries((await relay.blocks.get(WORKSPACE, pack.id))?.bytes ?? new Uint8Array());
      if (decoded.kind === 'refused') throw new Error(decoded.reason);
      expect([pack.first, pack.last]).toEqual([texts.length + 1, texts.length + decoded.block.count]);
      texts.push(...decoded.block.entries.map((entry) => JSON.stringify(entry)));
    }
    texts.push(...items.map(({ json }) => json));
    expect(cursor).toBe(texts.length);
    if (!more) return texts;
  }
}

describe('packing', () => {
  it('[CON-12] a log of old entries is read as before, letter by letter', async () => {
    await write(idsFrom('e', 2_600));
    await write(['young'], START + 1);
    const before = await read();
    const packing = startPacking(deps());
    await vi.waitFor(async () => expect(await relay.store.packs(WORKSPACE)).toHaveLength(1), 20_000);
    await packing.stop();
    expect(await read()).toEqual(before);
    expect((await relay.store.packs(WORKSPACE)).map(({ first, last }) => [first, last])).toEqual([[1, 2_600]]);
    expect(relay.packed).toEqual([2_600]);
    expect(relay.lines.map((line) => JSON.parse(line) as object)).toMatchObject([{ event: 'packed', count: 2_600 }]);
  });

  it('[CON-12] fewer than a thousand, or young ones, are left', async () => {
    await write(idsFrom('e', 999));
    expect(await packOnce(deps())).toBe('nothing');
    await write(['e0999']);
    expect(await packOnce(deps({ now: () => START + HOUR_MS }))).toBe('nothing');
    expect(await packOnce(deps())).toBe('packed');
  });

  it('[SYN-9] where the block cannot be written, or is gone before it counts, nothing leaves the log', async () => {
    await write(idsFrom('e', 1_000));
    const before = await read();
    const full: Blocks['put'] = () => Promise.reject(new Error('disk full'));
    const packing = startPacking(deps({ blocks: { put: full } }));
    await vi.waitFor(() => expect(relay.lines.join()).toContain('packFailed'));
    await packing.stop();
    expect(relay.lines.join()).not.toContain('disk full');
    const lost: Blocks['put'] = async () => 'stored' as const;
    expect(await packOnce(deps({ blocks: { put: lost } }))).toBe('nothing');
    expect(await read()).toEqual(before);
    expect(await packOnce(deps())).toBe('packed');
    expect(await read()).toEqual(before);
  });

  it('[SYN-9] a process that ends between the block and the log leaves a block that nobody names', async () => {
    await write(idsFrom('e', 1_000));
    const before = await read();
    const dies: PackingDeps['store'] = { ...relay.store, packEntries: () => Promise.reject(new Error('killed')) };
    await expect(packOnce(deps({ store: dies }))).rejects.toThrow('killed');
    expect(await read()).toEqual(before);
    expect(await packOnce(deps())).toBe('packed');
    expect(await relay.blocks.removeLoose(START + 40 * 24 * HOUR_MS)).toBe(1);
    expect(await read()).toEqual(before);
  });
});
