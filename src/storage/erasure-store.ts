/**
 * What a device must let go of when somebody was erased: reads whatever may hold a person, and puts the filtered in its
 * place. Each step is one transaction and may be done again; which erasures are not finished stands beside the entries
 * from the very transaction that brought them. Who is in what is not decided here.
 */
import { Dexie } from 'dexie';
import type { EntryId } from '#domain/ids';
import { withBlocks } from '#log/erasure-filter';
import type { Entry } from '#log/types';
import type { AppDatabase } from './database.ts';
import { phaseAnew } from './import-store.ts';
import { createPackStore } from './pack-store.ts';
import { invalidateSnapshot } from './snapshot-store.ts';
import type { ErasureStore } from './types.ts';

export function createErasureStore(db: AppDatabase): ErasureStore {
  return {
    async unfinished() {
      const ids = await unfinishedOf(db);
      if (ids.length === 0) return [];
      // What is packed is looked at one by one, and nothing is packed until all is done.
      await createPackStore(db).unpack('all');
      const rows = await db.entries
        .where('id')
        .anyOf([...ids])
        .toArray();
      return rows.map(({ entry }) => entry);
    },

    finish: (ids) =>
      db.transaction('rw', db.meta, db.snapshot, async () => {
        const done = new Set<EntryId>(ids);
        const left = (await unfinishedOf(db)).filter((id) => !done.has(id));
        await invalidateSnapshot(db);
        await (left.length > 0 ? db.meta.put(left, 'erasing') : db.meta.delete('erasing'));
      }),

    entries: (after, limit) => db.entries.where('position').above(after).limit(limit).toArray(),

    changeEntries: (changed, removed) =>
      db.transaction('rw', db.entries, async () => {
        await db.entries.bulkDelete(removed.flatMap(({ position }) => position ?? []));
        for (const row of changed) {
          const now = row.position === undefined ? undefined : await db.entries.get(row.position);
          // Shared meanwhile, or replaced by the relay's form: then that stands, and is looked at by itself.
          if (now?.sharing === row.sharing) await db.entries.put(row);
        }
      }),

    blockIds: () => db.blocks.toCollection().primaryKeys(),

    replaceBlock: (old, { ref, bytes }, positions) =>
      db.transaction('rw', db.entries, db.blocks, db.imports, db.messages, db.outbox, async () => {
        const renamed = new Map([[old, ref]]);
        const rename = <Ref extends { readonly id: typeof old }>(refs: readonly Ref[]) =>
          refs.map((each) => (each.id === old ? ref : each));
        await db.blocks.put({ id: ref.id, hash: ref.hash, bytes });
        for (const row of await db.entries.bulkGet([...positions]))
          if (row) await db.entries.put({ ...row, entry: withBlocks(row.entry, renamed) });
        const names = ({ blocks }: { readonly blocks: readonly { readonly id: string }[] }) =>
          blocks.some(({ id }) => id === old);
        await db.imports.filter(names).modify((row) => Object.assign(row, { blocks: rename(row.blocks) }));
        await db.messages.filter(names).modify((row) => Object.assign(row, { blocks: rename(row.blocks) }));
        // The relay may know it by its parts as they were; see `deliver-message.ts`.
        await db.outbox
          .filter(names)
          .modify((row) => Object.assign(row, { blocks: rename(row.blocks), recipients: 'changed' }));
        await db.blocks.delete(old);
      }),

    chunks: (id) => db.chunks.where('[importId+index]').between([id, Dexie.minKey], [id, Dexie.maxKey]).toArray(),
    changeChunk: async (chunk) => {
      await db.chunks.update([chunk.importId, chunk.index], {
        problems: chunk.problems,
        problemKeys: chunk.problemKeys,
      });
    },

    restartImport: (id, checkpoint, kept) =>
      db.transaction('rw', db.imports, db.chunks, db.blocks, db.files, async () => {
        const row = await db.imports.get(id);
        if (!row || row.phase === 'written') return;
        await db.blocks.bulkDelete(row.blocks.map((block) => block.id));
        await db.chunks.where('[importId+index]').between([id, Dexie.minKey], [id, Dexie.maxKey]).delete();
        await db.files.put(kept.file, id);
        // What was mended stands in the file now.
        const { failure: _failure, plannedVersion: _plannedVersion, mends: _mends, ...rest } = row;
        await db.imports.put({
          ...rest,
          ...{ checkpoint, blocks: [], phase: phaseAnew(row), edition: (row.edition ?? 0) + 1 },
          ...{ settings: kept.settings, fileSizeBytes: kept.file.size },
        });
      }),
  };
}

/** Inside the transaction that adds them: from now on the device knows that it has something to let go of. */
export async function noteErasures(db: AppDatabase, entries: readonly Entry[]): Promise<void> {
  if (entries.length === 0) return;
  const known = await unfinishedOf(db);
  await db.meta.put([...new Set([...known, ...entries.map(({ id }) => id)])], 'erasing');
}

const unfinishedOf = async (db: AppDatabase): Promise<readonly EntryId[]> =>
  ((await db.meta.get('erasing')) as readonly EntryId[] | undefined) ?? [];
