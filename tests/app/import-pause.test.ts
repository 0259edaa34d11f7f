/** A check that is paused: in this tab, in another, and gone on with after its tab was closed. */
import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ImportParts } from '#app/import-service';
import type { ImportId, WorkspaceId } from '#domain/ids';
import { createBlockStore } from '#storage/block-store';
import { createDatabase, type AppDatabase } from '#storage/database';
import { createImportStore } from '#storage/import-store';
import { buildCsv } from '#tests/builders/csv';
import { createPlanStandIn, type StandIn } from '#tests/import/plan-stand-in';
import { openImportTab, settings, type Tab } from './import-tab.ts';

describe('a paused import', () => {
  let db: AppDatabase;
  let planning: StandIn;
  const openTab = (change?: (parts: ImportParts) => Partial<ImportParts>) => openImportTab({ db, planning }, change);

  beforeEach(() => {
    db = createDatabase(`workspace-${crypto.randomUUID()}` as WorkspaceId);
    const store = createImportStore(db);
    planning = createPlanStandIn(store, async (id) => (await createBlockStore(db).get([id]))[0]?.bytes);
  });

  it('[IMP-9] paused after any chunk, and its tab closed, it rests until it is gone on with: nothing lost, nothing twice', async () => {
    const { file, people } = buildCsv({ rows: 14_000, seed: 8 });
    for (const chunks of [0, 1, 2, 3]) {
      let stored = 0;
      let paused: Promise<void> | undefined;
      const one: Tab = await openTab(({ store }) => ({
        store: {
          ...store,
          addChunk: async (...given) => {
            if (stored++ === chunks) paused = one.service.pause(given[0].importId);
            return store.addChunk(...given);
          },
        },
      }));
      const id = await one.service.check(file, 'a.csv', settings);
      const told = await one.until('paused', id);
      await paused;
      expect(told.rowsPerSecond).toBe(0);
      expect(told.rowsTotal).toBeGreaterThanOrEqual(told.rowsDone);
      const kept = await createImportStore(db).get(id);
      expect(kept).toMatchObject({ phase: 'paused' });
      expect(told.rowsDone).toBe(kept?.checkpoint.figures.rows);
      expect(told.rowsDone).toBeLessThan(14_000);

      const next = await openTab();
      expect((await next.service.summaries()).find((each) => each.id === id)).toMatchObject({ phase: 'paused' });
      await next.service.resume(id);
      expect((await next.until('ready', id)).figures).toMatchObject({ rows: 14_000, new: people });
      const blocks = (await createImportStore(db).get(id))?.blocks ?? [];
      expect(blocks.reduce((sum, block) => sum + block.rows, 0)).toBe(people);
      expect([...one.bugs, ...next.bugs]).toEqual([]);
      await next.service.cancel(id);
    }
  });

  it('[IMP-9] paused by another tab it rests there too, and the rate after a pause is of what was done since', async () => {
    const { file } = buildCsv({ rows: 14_000, seed: 9 });
    let nowMs = 0;
    let stored = 0;
    let pause = async (_id: ImportId): Promise<void> => undefined;
    const one = await openTab(({ store }) => ({
      nowMs: () => nowMs,
      store: {
        ...store,
        addChunk: async (...given) => {
          nowMs += 1_000;
          if (stored++ === 1) await pause(given[0].importId);
          return store.addChunk(...given);
        },
      },
    }));
    const other = await openTab();
    pause = (id) => other.service.pause(id);
    const id = await one.service.check(file, 'a.csv', settings);
    await one.until('paused', id);
    nowMs += 3_600_000;
    const toldBefore = one.news.length;
    await one.service.resume(id);
    await one.until('ready', id);
    const rates = one.news
      .slice(toldBefore)
      .filter(({ phase, rowsPerSecond }) => phase === 'checking' && rowsPerSecond > 0);
    expect(rates.length).toBeGreaterThan(0);
    for (const { rowsPerSecond } of rates) expect(rowsPerSecond).toBeGreaterThan(100);
    expect([...one.bugs, ...other.bugs]).toEqual([]);
  });
});
