import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, test } from 'vitest';
import type { BlockId, DeviceId, EntryId, GroupId, ImportId } from '#domain/ids';
import { createBlockStore } from '#storage/block-store';
import type { AppDatabase } from '#storage/database';
import { createEntryStore } from '#storage/entry-store';
import { createImportStore } from '#storage/import-store';
import type { Checkpoint, ChunkRow, ImportRow } from '#storage/types';
import { testDatabase } from './workspace.ts';

const id = 'import-1' as ImportId;
const figures = { new: 0, changed: 0, unchanged: 0, twice: 0, ignored: 0, error: 0, rows: 0, suppressed: 0 };
const checkpoint = (chunks: number): Checkpoint => ({ rowsDone: chunks * 2, byteOffset: chunks * 20, chunks, figures });
const row: ImportRow = {
  id,
  fileName: 'people.csv',
  fileSizeBytes: 3,
  settings: {
    reading: { format: 'text', encoding: 'utf-8', delimiter: ',', sheets: [], header: 'firstRow' },
    fields: ['phone'],
    country: 'CZ',
    conflicts: 'overwrite',
    groups: ['00000000000000aa' as GroupId],
    newGroups: [],
    consent: 'unknown',
    existing: 'all',
  },
  startedAt: 1_000,
  phase: 'checking',
  checkpoint: checkpoint(0),
  blocks: [],
};
const chunk = (index: number): ChunkRow => ({
  importId: id,
  index,
  byteStart: index * 20,
  byteEnd: index * 20 + 20,
  firstRow: index * 2,
  outcomes: new Uint8Array([0, 5]),
  suppressed: new Uint8Array(2),
  problems: [],
});
const block = (name: string) => ({
  ref: { id: name as BlockId, hash: 'ff', rows: 2, sizeBytes: 3 },
  bytes: new Uint8Array([1, 2, 3]),
});
const commit = {
  id: 'entry-1' as EntryId,
  device: 'device' as DeviceId,
  body: {
    kind: 'commit',
    source: 'import',
    importId: id,
    weight: 'strong',
    blocks: [],
    joins: [],
    leaves: [],
    newGroups: [],
  },
} as const;

describe('[IMP-9] an import that is cut off goes on where it was', () => {
  let db: AppDatabase;
  beforeEach(async () => {
    ({ db } = testDatabase());
    await createImportStore(db).begin(row, new Blob(['abc']));
  });

  test('block, chunk and checkpoint stand together', async () => {
    const imports = createImportStore(db);
    expect(await imports.addChunk(chunk(0), checkpoint(1), block('b0'))).toBe('added');
    expect(await imports.addChunk(chunk(1), checkpoint(2))).toBe('added');
    const stored = await imports.get(id);
    expect(stored?.checkpoint).toEqual(checkpoint(2));
    expect(stored?.blocks).toEqual([block('b0').ref]);
    expect(await imports.chunks(id)).toEqual([chunk(0), chunk(1)]);
    expect([...(await createBlockStore(db).present(['b0' as BlockId, 'b1' as BlockId]))]).toEqual(['b0']);
    expect(await (await imports.file(id))?.text()).toBe('abc');
  });

  test('a transaction that fails leaves nothing of the chunk', async () => {
    const imports = createImportStore(db);
    await imports.addChunk(chunk(0), checkpoint(1), block('b0'));
    await expect(imports.addChunk(chunk(1), checkpoint(2), block('b0'))).rejects.toThrow();
    expect((await imports.get(id))?.checkpoint).toEqual(checkpoint(1));
    expect(await imports.chunks(id)).toHaveLength(1);
  });

  test('a chunk that another tab has already, or that comes after the cancelling, writes nothing', async () => {
    const imports = createImportStore(db);
    await imports.addChunk(chunk(0), checkpoint(1), block('b0'));
    expect(await imports.addChunk(chunk(0), checkpoint(1), block('b1'))).toBe('superseded');
    await imports.remove(id);
    expect(await imports.addChunk(chunk(1), checkpoint(2), block('b2'))).toBe('superseded');
    expect(await db.blocks.count()).toBe(0);
  });

  test('cancelled, nothing remains', async () => {
    const imports = createImportStore(db);
    await imports.addChunk(chunk(0), checkpoint(1), block('b0'));
    await imports.remove(id);
    for (const table of [db.imports, db.chunks, db.blocks, db.files]) expect(await table.count()).toBe(0);
  });

  test('planned anew, the kept file is all that stays', async () => {
    const imports = createImportStore(db);
    await imports.addChunk(chunk(0), checkpoint(1), block('b0'));
    await imports.restart(id, checkpoint(0));
    expect(await imports.get(id)).toEqual(row);
    expect(await db.blocks.count()).toBe(0);
    expect(await imports.addChunk(chunk(0), checkpoint(1), block('b1'))).toBe('added');
  });

  test('written, its entry is there, the kept copy is gone, and it cannot be cancelled any more', async () => {
    const imports = createImportStore(db);
    await imports.addChunk(chunk(0), checkpoint(1), block('b0'));
    await imports.write(id, commit, 2_000);
    expect((await createEntryStore(db).after(0, 10)).map((entry) => entry.id)).toEqual(['entry-1']);
    expect((await imports.get(id))?.phase).toBe('written');
    expect(await imports.file(id)).toBeUndefined();
    await imports.remove(id);
    expect(await db.blocks.count()).toBe(1);
    expect(await imports.list()).toHaveLength(1);
  });
});
