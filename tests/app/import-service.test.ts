/** From a file to exact figures and back to nothing: kept, checked, cut off, gone on, written, cancelled. */
import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ImportParts } from '#app/import-service';
import type { WorkspaceId } from '#domain/ids';
import type { ImportSettings } from '#import/types';
import { createBlockStore } from '#storage/block-store';
import { createDatabase, type AppDatabase } from '#storage/database';
import { createImportStore } from '#storage/import-store';
import { createMetaStore } from '#storage/meta-store';
import { buildCsv } from '#tests/builders/csv';
import { createPlanStandIn, type StandIn } from '#tests/import/plan-stand-in';
import { CSV, openImportTab, settings } from './import-tab.ts';

const small: ImportSettings = { ...settings, fields: ['userId', 'phone', 'blocked'], country: 'CZ' };
const smallFile = () =>
  new Blob(['id,phone,blocked\nC-1,+420601123456,yes\n\nC-2,nonsense,\nC-1,+420601123456,\nC-two,,\nC-3,,\n']);

/** A busy machine is slow, not wrong. */
const PATIENT = { timeout: 15_000 };

describe('imports', () => {
  let db: AppDatabase;
  let planning: StandIn;

  beforeEach(() => {
    db = createDatabase(`workspace-${crypto.randomUUID()}` as WorkspaceId);
    const store = createImportStore(db);
    planning = createPlanStandIn(store, async (id) => (await createBlockStore(db).get([id]))[0]?.bytes);
  });

  const openTab = (change?: (parts: ImportParts) => Partial<ImportParts>) => openImportTab({ db, planning }, change);

  const rowsIn = async () => ({
    imports: await db.imports.count(),
    chunks: await db.chunks.count(),
    blocks: await db.blocks.count(),
    files: await db.files.count(),
  });
  const NOTHING = { imports: 0, chunks: 0, blocks: 0, files: 0 };

  it('[IMP-6] the figures are exact, and each opens its rows', async () => {
    const { service, until } = await openTab();
    const id = await service.check(smallFile(), 'small.csv', small);
    const { figures } = await until('ready');
    expect(figures).toEqual({
      rows: 5,
      new: 2,
      changed: 0,
      unchanged: 0,
      twice: 1,
      ignored: 0,
      error: 2,
      suppressed: 1,
    });
    expect(await service.samples(id, 'new', 10)).toEqual([
      { row: 2, outcome: 'new', cells: ['C-1', '+420601123456', 'yes'] },
      { row: 7, outcome: 'new', cells: ['C-3', '', ''] },
    ]);
    expect(await service.samples(id, 'twice', 10)).toMatchObject([{ row: 5 }]);
    expect(await service.samples(id, 'suppressed', 10)).toMatchObject([{ row: 2, outcome: 'new' }]);
    expect(await service.problems(id, 10)).toEqual([
      { row: 4, column: 'phone', value: 'nonsense', problem: 'phoneInvalid', at: 1 },
      { row: 6, column: '', value: 'C-two', problem: 'fitsTwoContacts' },
    ]);
    expect((await service.summaries())[0]).toMatchObject({ id, fileName: 'small.csv', phase: 'ready', figures });
  });

  it('[IMP-6] nothing is committed until the tap, then once', async () => {
    const { service, until } = await openTab();
    const id = await service.check(smallFile(), 'small.csv', small);
    await until('ready');
    expect(planning.journal.filter((line) => line.startsWith('commit'))).toEqual([]);
    expect(await service.write(id)).toEqual({ kind: 'written' });
    expect(await service.write(id)).toEqual({ kind: 'written' });
    expect(planning.journal.filter((line) => line.startsWith('commit'))).toEqual(['commit 1']);
  });

  it('[IMP-6] when the audience moved meanwhile, the figures are made anew and shown first', async () => {
    const { service, until, news } = await openTab();
    const id = await service.check(smallFile(), 'small.csv', small);
    await until('ready');
    planning.version++;
    expect(await service.write(id)).toEqual({ kind: 'changed' });
    expect(news.at(-1)).toMatchObject({ phase: 'ready', figures: { rows: 5, new: 2 } });
    expect(await rowsIn()).toMatchObject({ chunks: 1, blocks: 1 });
    expect(await service.write(id)).toEqual({ kind: 'written' });
  });

  it('[IMP-9] cancelled, nothing remains: before, within and after', async () => {
    const { service, until } = await openTab();
    const { file } = buildCsv({ rows: 20_000, seed: 1 });
    const first = await service.check(file, 'a.csv', settings);
    await service.cancel(first);
    expect(await rowsIn()).toEqual(NOTHING);
    let plans = 0;
    planning.beforePlan = async () => {
      if (++plans === 3) await service.cancel(second);
    };
    const second = await service.check(file, 'a.csv', settings);
    await until('cancelled', second);
    expect(await rowsIn()).toEqual(NOTHING);
    planning.beforePlan = () => {};
    const third = await service.check(file, 'a.csv', settings);
    await until('ready', third);
    await service.cancel(third);
    expect(await rowsIn()).toEqual(NOTHING);
  });

  it('[IMP-9] cut off after any chunk it goes on from the kept copy: nothing lost, nothing twice', async () => {
    const { file, people } = buildCsv({ rows: 26_000, seed: 3 });
    const whole = { rows: 26_000, new: people, twice: 26_000 - people, error: 0 };
    for (let chunks = 0; chunks < 7; chunks++) {
      let stored = 0;
      const dying = await openTab(({ store }) => ({
        locks: undefined,
        // From here on nothing of this tab reaches the disk, nor an answer of the disk this tab.
        store: {
          ...store,
          addChunk: (...given) => (stored++ < chunks ? store.addChunk(...given) : new Promise(() => {})),
        },
      }));
      const id = await dying.service.check(file, 'a.csv', settings);
      await expect.poll(() => stored, PATIENT).toBeGreaterThan(chunks);
      const kept = await createImportStore(db).get(id);
      expect(kept?.checkpoint.chunks).toBe(chunks);
      expect(await db.chunks.where('[importId+index]').between([id, 0], [id, 1e6]).count()).toBe(chunks);

      const next = await openTab();
      expect((await next.service.summaries()).find((each) => each.id === id)).toMatchObject({ phase: 'checking' });
      await next.service.resume(id);
      expect((await next.until('ready', id)).figures).toMatchObject(whole);
      expect(next.bugs).toEqual([]);
      const blocks = (await createImportStore(db).get(id))?.blocks ?? [];
      expect(blocks.reduce((sum, block) => sum + block.rows, 0)).toBe(people);
      await next.service.cancel(id);
    }
  });

  // A third more than a file may have.
  it.each([
    { field: 'tags', kinds: 300, word: 'tag ', problem: 'tagsTooMany' },
    { field: 'bindId', kinds: 75, word: 'line', problem: 'scopesTooMany' },
  ] as const)(
    '[IMP-9] $field are counted over the whole file, also where the check was cut off; errors beyond are found again',
    async ({ field, kinds, word, problem }) => {
      const lines = Array.from(
        { length: 9_000 },
        (_, row) => `C-${String(row)},${word}${String(Math.floor((row * kinds) / 9_000))}`,
      );
      const file = new Blob([`id,${field}\n${lines.join('\n')}\n`]);
      let stored = 0;
      const dying = await openTab(({ store }) => ({
        locks: undefined,
        store: { ...store, addChunk: (...given) => (stored++ < 1 ? store.addChunk(...given) : new Promise(() => {})) },
      }));
      const id = await dying.service.check(file, 'a.csv', { ...small, fields: ['userId', field] });
      await expect.poll(() => stored, PATIENT).toBeGreaterThan(1);
      const next = await openTab();
      await next.service.resume(id);
      expect((await next.until('ready', id)).figures).toMatchObject({ rows: 9_000, new: 6_000, error: 3_000 });
      const problems = await next.service.problems(id, 3_500);
      expect(problems).toHaveLength(3_000);
      expect(problems.at(0)).toMatchObject({ row: 6_002, value: `${word}${String((kinds * 2) / 3)}`, problem });
      expect(next.bugs).toEqual([]);
    },
  );

  it('[IMP-9] a plan made against another audience is not gone on with', async () => {
    const { file, people } = buildCsv({ rows: 9_000, seed: 4 });
    let stored = 0;
    const dying = await openTab(({ store }) => ({
      locks: undefined,
      store: { ...store, addChunk: (...given) => (stored++ < 1 ? store.addChunk(...given) : new Promise(() => {})) },
    }));
    const id = await dying.service.check(file, 'a.csv', settings);
    await expect.poll(() => stored, PATIENT).toBeGreaterThan(1);
    planning.version++;
    const next = await openTab();
    await next.service.resume(id);
    expect((await next.until('ready', id)).figures).toMatchObject({ rows: 9_000, new: people });
    expect(planning.journal.filter((line) => line.startsWith('begin'))).toEqual(['begin 0', 'begin 1', 'begin 0']);
  });

  it('[IMP-9] two tabs: the second waits its turn, and may cancel what the first does', async () => {
    const { file } = buildCsv({ rows: 20_000, seed: 5 });
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    planning.beforePlan = () => held;
    const one = await openTab();
    const other = await openTab();
    const id = await one.service.check(file, 'a.csv', settings);
    await other.service.resume(id);
    await one.until('checking', id);
    expect(other.news).toEqual([]);
    await other.service.cancel(id);
    release();
    await other.until('cancelled', id);
    await expect.poll(() => navigator.locks.query().then(({ held: all }) => all?.length), PATIENT).toBe(0);
    expect(await rowsIn()).toEqual(NOTHING);
    expect([...one.bugs, ...other.bugs]).toEqual([]);
  });

  it('[IMP-9] storage full: said by name, no half chunk, and it goes on once there is room', async () => {
    const { file, people } = buildCsv({ rows: 14_000, seed: 6 });
    let room = 2;
    const full = () => Promise.reject(new DOMException('no room', 'QuotaExceededError'));
    const { service, until, news, bugs } = await openTab(({ store }) => ({
      store: { ...store, addChunk: (...given) => (room-- > 0 ? store.addChunk(...given) : full()) },
    }));
    const id = await service.check(file, 'a.csv', settings);
    expect(await until('failed', id)).toMatchObject({ failure: 'storageFull' });
    expect(await rowsIn()).toEqual({ imports: 1, chunks: 2, blocks: 2, files: 1 });
    expect(await service.summaries()).toMatchObject([{ id, phase: 'checking', failure: 'storageFull' }]);
    room = Infinity;
    await service.resume(id);
    await expect.poll(() => news.at(-1)?.phase, PATIENT).toBe('ready');
    expect(news.at(-1)?.figures).toMatchObject({ rows: 14_000, new: people });
    expect(bugs).toEqual([]);
    expect((await service.summaries())[0]).not.toHaveProperty('failure');
  });

  it('[IMP-9] no room for the copy: said by name, nothing kept', async () => {
    const { service, news } = await openTab(({ store }) => ({
      store: {
        ...store,
        begin: () => Promise.reject(Object.assign(new Error('AbortError'), { inner: { name: 'QuotaExceededError' } })),
      },
    }));
    await service.check(smallFile(), 'small.csv', small);
    expect(news.at(-1)).toMatchObject({ phase: 'failed', failure: 'storageFull' });
    expect(await rowsIn()).toEqual(NOTHING);
  });

  it.each<[string, Blob, Partial<ImportSettings>, string]>([
    ['nothing', new Blob([]), {}, 'empty'],
    ['a heading alone', new Blob(['id,phone\n']), {}, 'noRows'],
    ['no column of a key', smallFile(), { fields: ['name', 'ignore', 'ignore'] }, 'noKeyColumn'],
    [
      'a workbook that is broken',
      new Blob(['PK\x03\x04 and then nothing']),
      { reading: { ...CSV, format: 'workbook' } },
      'brokenWorkbook',
    ],
    ['a picture', new Blob([new Uint8Array([0x89, 0x50, 0x4e, 0x47])]), {}, 'binary'],
  ])('[IMP-1] %s is refused with its reason, and nothing is kept', async (_, file, change, failure) => {
    const { service, until, bugs } = await openTab();
    await service.check(file, 'x', { ...small, ...change });
    expect(await until('failed')).toMatchObject({ failure });
    expect(await rowsIn()).toEqual(NOTHING);
    expect(bugs).toEqual([]);
  });

  it('[IMP-9] progress comes at most ten times a second, and ends exact', async () => {
    let nowMs = 0;
    const { service, until, news } = await openTab(() => ({ nowMs: () => (nowMs += 10) }));
    const { file } = buildCsv({ rows: 100_000, seed: 8 });
    const id = await service.check(file, 'a.csv', settings);
    const last = await until('ready', id);
    expect(last).toMatchObject({ rowsDone: 100_000, rowsTotal: 100_000 });
    const under = news.filter((each) => each.phase === 'checking' && each.rowsDone > 0);
    expect(under.length).toBeLessThanOrEqual(1 + nowMs / 100);
    for (const each of under) {
      expect(each.rowsTotal).toBeGreaterThan(95_000);
      expect(each.rowsTotal).toBeLessThan(105_000);
    }
  });

  it('[IMP-7] more errors than were kept are found again in the file', async () => {
    const lines = Array.from({ length: 5_000 }, (_, index) => `x${String(index)},nonsense,`);
    const { service, until } = await openTab();
    const id = await service.check(new Blob([`id,phone,blocked\n${lines.join('\n')}\n`]), 'a.csv', small);
    expect((await until('ready')).figures).toMatchObject({ error: 5_000 });
    const problems = await service.problems(id, 4_500);
    expect(problems).toHaveLength(4_500);
    expect(problems.map(({ row }) => row)).toEqual(Array.from({ length: 4_500 }, (_, index) => index + 2));
  });

  it('[IMP-9] a bug leaves what was stored, is not hidden, and is no failure of the file', async () => {
    planning.beforePlan = () => {
      throw new Error('a bug');
    };
    const { service, until, bugs } = await openTab();
    const id = await service.check(smallFile(), 'small.csv', small);
    expect((await until('failed', id)).failure).toBeUndefined();
    await expect.poll(() => bugs, PATIENT).toHaveLength(1);
    planning.beforePlan = () => {};
    await service.resume(id);
    expect((await until('ready', id)).figures.rows).toBe(5);
  });

  it('[IMP-4] what was chosen for a file is proposed for the next with the same headings, and no heading is kept', async () => {
    const { service, until } = await openTab();
    const preview = async (text: string) => {
      const result = await service.preview(new Blob([text]), 'list.csv');
      return result.kind === 'preview'
        ? result.preview.columns.map(({ field, confidence }) => [field, confidence])
        : [];
    };
    const file = 'Full name,Mobile,Office\nAnna,+420601123456,+420222333444\n';
    expect(await preview(file)).toEqual([
      ...[
        ['name', 'name'],
        ['phone', 'name'],
        ['new', 'none'],
      ],
    ]);
    await service.check(new Blob([file]), 'list.csv', { ...settings, fields: ['name', 'ignore', 'phone'] });
    await until('ready');
    expect(await preview('Full name,Mobile,Office\nBen,+420601123457,+420222333445\n')).toEqual([
      ...[
        ['name', 'name'],
        ['ignore', 'memory'],
        ['phone', 'memory'],
      ],
    ]);
    expect((await preview('Name,Mobile,Office\nBen,+420601123457,x\n')).flat()).not.toContain('memory');
    expect(JSON.stringify(await createMetaStore(db).get('matches'))).not.toMatch(/Full|Mobile|Office/i);
  });
});
