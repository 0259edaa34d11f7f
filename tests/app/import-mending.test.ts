/** Errors of an import, mended cell by cell and by the file of errors: the figures follow, and it stays one import. */
import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, it } from 'vitest';
import { createImportService, type ImportParts } from '#app/import-service';
import type { ImportWorker, OpenWorkspace } from '#app/worker-types';
import type { BlockId, ImportId, WorkspaceId } from '#domain/ids';
import { CELL_PROBLEMS, type CellProblem, type ImportProgress, type ImportSettings } from '#import/types';
import { createContactIds } from '#log/contact-id';
import { createBlockStore } from '#storage/block-store';
import { createDatabase, type AppDatabase } from '#storage/database';
import { createImportStore } from '#storage/import-store';
import { createMetaStore } from '#storage/meta-store';
import { createPlanStandIn } from '#tests/import/plan-stand-in';

const WORDS = Object.fromEntries(CELL_PROBLEMS.map((problem) => [problem, `why: ${problem}`])) as Readonly<
  Record<CellProblem, string>
>;
const settings: ImportSettings = {
  reading: { format: 'text', encoding: 'utf-8', delimiter: ',', sheets: [], header: 2 },
  ...{ fields: ['name', 'phone', 'email'], country: 'CN', conflicts: 'overwrite' },
  ...{ groups: [], newGroups: [], consent: 'unknown', existing: 'all' },
};
const LIST = [
  'Our people',
  'Name,Phone,Email',
  'Anna,13812345678,',
  '',
  '"Ben, B.",12,ben@',
  '=Carl,13912345678,carl@example',
  'Dora,,',
  '"Eve,13712345678,',
  '',
].join('\r\n');

describe('mending an import', () => {
  let db: AppDatabase;
  let service: ImportWorker;
  let news: ImportProgress[];

  beforeEach(async () => {
    db = createDatabase(`workspace-${crypto.randomUUID()}` as WorkspaceId);
    service = await openTab();
  });

  async function openTab(change: (parts: ImportParts) => Partial<ImportParts> = () => ({})): Promise<ImportWorker> {
    const store = createImportStore(db);
    const ids = createContactIds(new Uint8Array(16));
    const parts: ImportParts = {
      ...{ store, meta: createMetaStore(db), lockPrefix: `${db.name}.`, locks: navigator.locks, tagId: ids.tagId },
      planning: createPlanStandIn(store, async (id) => (await createBlockStore(db).get([id]))[0]?.bytes),
      newId: () => `import-${crypto.randomUUID()}` as ImportId,
      newBlockId: () => `block-${crypto.randomUUID()}` as BlockId,
      hashOfKey: (field, value) => ids.idOf(field, value, 0),
      hashOfHeadings: (text) => text,
      nowMs: () => performance.now(),
      onBug: (error) => {
        throw error;
      },
    };
    const opened = createImportService(() => ({ ...parts, ...change(parts) }));
    news = [];
    await opened.open({} as OpenWorkspace, undefined as unknown as MessagePort, (progress) => news.push(progress));
    return opened;
  }

  async function ready(): Promise<Pick<ImportProgress['figures'], 'new' | 'error' | 'rows'>> {
    await expect.poll(() => news.some(({ phase }) => phase === 'ready'), { timeout: 15_000 }).toBe(true);
    const { new: fresh, error, rows } = news.find(({ phase }) => phase === 'ready')?.figures ?? ({} as never);
    news = [];
    return { new: fresh, error, rows };
  }

  async function begin(text = LIST): Promise<ImportId> {
    const id = await service.check(new Blob([text]), 'list.csv', settings);
    expect(await ready()).toEqual({ new: 1, error: 4, rows: 5 });
    return id;
  }

  it('[IMP-7] a cell that is mended counts, and the figures follow', async () => {
    const id = await begin('x\nName,Phone,Email\nAnna,13812345678,\nA,1,\nB,2,\nC,3,\nE,5,\n');
    const [first] = await service.problems(id, 10);
    expect(first).toMatchObject({ row: 4, column: 'Phone', at: 1, value: '1' });
    await service.mend(id, [{ row: 4, at: 1, value: '13912345670' }]);
    expect(await ready()).toEqual({ new: 2, error: 3, rows: 5 });
    await service.mend(id, [
      { row: 4, at: 1, value: 'nothing' },
      { row: 7, at: 1, value: '13912345678' },
    ]);
    expect(await ready()).toEqual({ new: 2, error: 3, rows: 5 });
    expect((await service.problems(id, 10))[0]).toMatchObject({ row: 4, value: 'nothing' });
    expect((await service.samples(id, 'new', 10)).map(({ cells }) => cells[1])).toEqual(['13812345678', '13912345678']);
  });

  it('[IMP-9] cut off right after a mending it goes on with what was mended: nothing lost, nothing twice', async () => {
    const id = await begin();
    const chunks = await db.chunks.count();
    const dying = await openTab(({ store }) => ({
      locks: undefined,
      store: { ...store, addChunk: () => new Promise(() => {}) },
    }));
    await dying.mend(id, [{ row: 5, at: 1, value: '13612345678' }]);
    await dying.mend(id, [{ row: 5, at: 2, value: '' }]);
    service = await openTab();
    await service.resume(id);
    expect(await ready()).toEqual({ new: 2, error: 3, rows: 5 });
    expect(await db.chunks.count()).toBe(chunks);
    const row = await createImportStore(db).get(id);
    expect(row?.blocks.reduce((sum, block) => sum + block.rows, 0)).toBe(2);
    expect(await db.blocks.count()).toBe(row?.blocks.length);
  });

  it('[IMP-7] the errors as a file: rows as they came, with row, column and reason; what would run is guarded', async () => {
    const id = await begin();
    const text = await (await service.errorFile(id, WORDS))?.text();
    expect(text?.split('\r\n')).toEqual([
      'Name,Phone,Email,_row,_column,_error,_import',
      `"Ben, B.",12,ben@,5,Phone | Email,why: phoneTooShort | why: emailInvalid,${id}`,
      `"'=Carl",13912345678,carl@example,6,Email,why: emailInvalid,${id}`,
      `Dora,,,7,Phone,why: keyMissing,${id}`,
      `"""Eve",13712345678,,8,,why: quoteUnclosed,${id}`,
      '',
    ]);
  });

  it('[IMP-7] that file, mended, belongs to the same import, however a spreadsheet saved it', async () => {
    const id = await begin();
    const text = (await (await service.errorFile(id, WORDS))?.text()) ?? '';
    const mended = text
      .replace('"Ben, B.",12,ben@', '"Ben, B.",13612345678,ben@example.com')
      .replace('13912345678,carl@example', '1.39E+10,carl@example.com')
      .replace('"""Eve"', 'Eve');
    expect(await service.continueFrom(new Blob([mended]))).toEqual({ kind: 'mended', id, cells: 4 });
    expect(await ready()).toEqual({ new: 4, error: 1, rows: 5 });
    // The rounded number is the spreadsheet's word, not the member's.
    expect((await service.samples(id, 'new', 10)).map(({ cells }) => cells[1])).toContain('13912345678');
    expect(await db.imports.count()).toBe(1);
    expect(await service.continueFrom(new Blob([mended]))).toEqual({ kind: 'mended', id, cells: 0 });
  });

  it('[IMP-7] after the import was written, or where too much is mended, it is one more by the same answers', async () => {
    const id = await begin();
    const file = await service.errorFile(id, WORDS);
    await db.imports.update(id, { phase: 'written' });
    await db.files.delete(id);
    const result = await service.continueFrom(file ?? new Blob());
    expect(result).toMatchObject({
      kind: 'again',
      settings: { country: 'CN', fields: ['name', 'phone', 'email', 'ignore', 'ignore', 'ignore', 'ignore'] },
    });
    if (result.kind !== 'again') throw new Error(result.kind);
    expect(result.settings.reading.header).toBe(1);
    await service.mend(id, [{ row: 5, at: 1, value: '13612345678' }]);
    expect((await createImportStore(db).get(id))?.phase).toBe('written');
  });

  it('[IMP-7] other files are other files, also one that names an import nobody knows', async () => {
    expect(await service.continueFrom(new Blob([LIST]))).toEqual({ kind: 'other' });
    expect(await service.continueFrom(new Blob(['A,_row,_column,_error,_import\n1,2,A,x,import-9\n']))).toEqual({
      kind: 'other',
    });
    expect(await service.continueFrom(new Blob([]))).toEqual({ kind: 'other' });
  });
});
