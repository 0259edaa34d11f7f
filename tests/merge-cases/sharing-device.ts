/** A device that shares its log and folds it, packed or not, over a database in memory. */
import type { BlockId, DeviceId, EntryId } from '#domain/ids';
import { decodeRecipients, decodeRows, encodeRecipients, encodeRows } from '#log/block';
import { canonicalState } from '#log/canonical';
import type { Block } from '#log/fold';
import type { BlockRef, CommitBody, Entry, EntryBody, Row } from '#log/types';
import { createBlockStore } from '#storage/block-store';
import type { AppDatabase } from '#storage/database';
import type { BlockRow } from '#storage/types';
import { createLogSharing } from '#sync/share-log';
import { columnsOfRows } from '#tests/builders/blocks';
import type { Written } from '#tests/builders/entries';
import { foldOf } from '#tests/builders/folds';
import type { LogClient } from '#tests/builders/log-relay';
import { NOW, packedDevice } from '#tests/storage/packed-device';

export function sharingDevice(db: AppDatabase, relay: LogClient, name = 'device', leastPacked?: number) {
  const local = packedDevice(db, leastPacked);
  const blocks = createBlockStore(db);
  const device = {
    ...local,
    blocks,
    now: NOW,
    share: () => sharer.share(),
    change: (id: string, row: Row) =>
      local.entries.add(
        { id: id as EntryId, device: name as DeviceId, body: { kind: 'change', row, joins: [], leaves: [] } },
        device.now,
      ),
    /** An entry of any kind with the blocks that it names. */
    async write({ entry, blocks: named }: Written): Promise<void> {
      const rows: BlockRow[] = [];
      const refs: BlockRef[] = [];
      for (const [id, block] of named) {
        const { bytes, ...ref } =
          block.kind === 'rows' ? await encodeRows(block.columns) : await encodeRecipients(block);
        rows.push({ id, hash: ref.hash, bytes });
        refs.push({ id, ...ref });
      }
      const body = (refs.length > 0 ? { ...entry.body, blocks: refs } : entry.body) as EntryBody;
      await local.entries.add({ id: entry.id, device: name as DeviceId, body }, device.now, rows);
    },
    async import(id: string, rows: readonly Row[], weight: CommitBody['weight'] = 'strong') {
      const { bytes, ...ref } = await encodeRows(columnsOfRows(rows));
      const block = { id: `block-of-${id}` as BlockId, ...ref };
      const body: CommitBody = {
        ...{ kind: 'commit', source: 'import', weight, blocks: [block] },
        ...{ joins: [], leaves: [], newGroups: [] },
      };
      const draft = { id: id as EntryId, device: name as DeviceId, body };
      await local.entries.add(draft, device.now, [{ id: block.id, hash: ref.hash, bytes }]);
    },
    /** What a device that opens now comes to. */
    async fold(): Promise<string> {
      const rows = (await local.all(500)).filter(({ sharing }) => sharing !== 'refused');
      return canonicalState(foldOf(await Promise.all(rows.map(({ entry }) => withBlocks(entry)))));
    },
  };
  const sharer = createLogSharing({
    ...{ relay, sharing: local.sharing, blocks, device: name as DeviceId },
    now: () => device.now,
    onChange: () => undefined,
  });

  async function withBlocks(entry: Entry): Promise<Written> {
    const found = new Map<BlockId, Block>();
    for (const { id } of (entry.body as Partial<CommitBody>).blocks ?? []) {
      const [row] = await blocks.get([id]);
      const decoded = row && (await (entry.body.kind === 'commit' ? decodeRows : decodeRecipients)(row.bytes));
      if (decoded?.kind === 'decoded') found.set(id, decoded.block);
    }
    return { entry, blocks: found };
  }

  return device;
}
