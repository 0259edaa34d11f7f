/**
 * Imports under way and done: the kept copy of the file, how far it has been read, what its rows came to.
 * A chunk, its block and the checkpoint stand in one transaction, so that a killed tab finds them in agreement.
 */
import { Dexie } from 'dexie';
import type { ImportId } from '#domain/ids';
import { joinMends } from '#import/mends';
import { addEntry } from './add-entry.ts';
import type { AppDatabase } from './database.ts';
import type { Checkpoint, ChunkRow, ImportRow, ImportStore } from './types.ts';

export function createImportStore(db: AppDatabase): ImportStore {
  const chunksOf = (id: ImportId) =>
    db.chunks.where('[importId+index]').between([id, Dexie.minKey], [id, Dexie.maxKey]);

  const dropRows = async (id: ImportId) => {
    const row = await db.imports.get(id);
    if (!row || row.phase === 'written') return 'kept';
    await db.blocks.bulkDelete(row.blocks.map((block) => block.id));
    await chunksOf(id).delete();
    return 'dropped';
  };

  return {
    begin: (row, file) =>
      db.transaction('rw', db.imports, db.files, async () => {
        await db.imports.add(row);
        await db.files.add(file, row.id);
      }),
    get: (id) => db.imports.get(id),
    list: async () => (await db.imports.toArray()).sort((one, other) => other.startedAt - one.startedAt),
    file: (id) => db.files.get(id),
    async change(id, patch) {
      await db.imports.update(id, patch);
    },
    addChunk: (chunk, checkpoint, block) =>
      db.transaction('rw', db.imports, db.chunks, db.blocks, async () => {
        const row = await db.imports.get(chunk.importId);
        if (!row || row.phase !== 'checking' || row.checkpoint.chunks !== chunk.index) return 'superseded';
        if (row.edition !== chunk.edition) return 'superseded';
        const blocks = block ? [...row.blocks, block.ref] : row.blocks;
        await Promise.all([
          db.chunks.add(chunk),
          block && db.blocks.add({ id: block.ref.id, hash: block.ref.hash, bytes: block.bytes }),
          db.imports.put({ ...row, checkpoint, blocks }),
        ]);
        return 'added';
      }),
    chunks: (id) => chunksOf(id).toArray(),
    restart: (id, checkpoint: Checkpoint) =>
      db.transaction('rw', db.imports, db.chunks, db.blocks, async () => {
        const phase = phaseAnew(await db.imports.get(id));
        if ((await dropRows(id)) === 'dropped') await db.imports.update(id, { checkpoint, blocks: [], phase });
      }),
    mend: (id, mends, checkpoint) =>
      db.transaction('rw', db.imports, db.chunks, db.blocks, async () => {
        const row = await db.imports.get(id);
        if (!row) return 'gone';
        if ((await dropRows(id)) === 'kept') return 'written';
        await db.imports.update(id, {
          ...{ checkpoint, blocks: [], phase: phaseAnew(row), edition: (row.edition ?? 0) + 1 },
          mends: joinMends(row.mends ?? [], mends),
        });
        return 'mended';
      }),
    pause: (id, rowsTotal) =>
      db.transaction('rw', db.imports, async () => {
        const row = await db.imports.get(id);
        if (row?.phase !== 'checking') return 'other';
        await db.imports.put({ ...row, phase: 'paused', ...(rowsTotal !== undefined && { rowsTotal }) });
        return 'paused';
      }),
    goOn: (id) =>
      db.transaction('rw', db.imports, async () => {
        if ((await db.imports.get(id))?.phase === 'paused') await db.imports.update(id, { phase: 'checking' });
      }),
    ready: (id, edition) =>
      db.transaction('rw', db.imports, async () => {
        const row = await db.imports.get(id);
        // Paused at its very end, it has ended.
        if (!row || row.edition !== edition) return 'superseded';
        await db.imports.put({ ...row, phase: 'ready' });
        return 'ready';
      }),
    write: (id, draft, nowMs, beside) =>
      db.transaction('rw', [db.entries, db.packs, db.meta, db.imports, db.files, db.blocks, db.chunks], async () => {
        // Of two tabs that write it the second finds it written, and its blocks would belong to nobody.
        const isFirst = (await db.imports.get(id))?.phase !== 'written';
        if (beside && isFirst) {
          await db.blocks.bulkPut([...beside.blocks]);
          for (const each of beside.drafts) await addEntry(db, each, nowMs);
          // They name people, and nobody looks for them in an import that is written.
          await chunksOf(id).modify((chunk: { groups?: ChunkRow['groups'] }) => {
            delete chunk.groups;
          });
        }
        const row = await addEntry(db, draft, nowMs);
        await db.imports.update(id, { phase: 'written' });
        await db.files.delete(id);
        return row;
      }),
    remove: (id) =>
      db.transaction('rw', db.imports, db.chunks, db.blocks, db.files, async () => {
        if ((await dropRows(id)) === 'kept') return;
        await db.files.delete(id);
        await db.imports.delete(id);
      }),
  };
}

/** Of an import that begins anew: what somebody paused stays so. */
export const phaseAnew = (row: Pick<ImportRow, 'phase'> | undefined): ImportRow['phase'] =>
  row?.phase === 'paused' ? 'paused' : 'checking';
