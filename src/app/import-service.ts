/**
 * What the import worker answers. It keeps the file first, so that a closed tab loses nothing; one tab at a time works
 * on an import; a cancelled one leaves nothing. Rules about rows are in `import/`, about contacts in the audience worker.
 */
import { KEY_FIELDS } from '#domain/contact';
import type { BlockId, ImportId } from '#domain/ids';
import { readFileKind } from '#import/file-kind';
import { withMends } from '#import/mends';
import { previewFile } from '#import/preview';
import { readContact } from '#import/read-contact';
import { readKeys } from '#import/read-keys';
import { openRows, type RowSource } from '#import/row-source';
import type { FileProblem, ImportProgress, ImportSettings, Mend } from '#import/types';
import { findUnknownWords } from '#import/unknown-words';
import { isStorageFull } from '#storage/failure';
import type { ImportRow, ImportStore } from '#storage/types';
import { findProblems, findSamples } from './import-lookup.ts';
import { continueFrom, writeErrorFile } from './import-mending.ts';
import { joinedNames } from './import-joins.ts';
import { rememberMatch, withRemembered, type MemoryParts } from './import-memory.ts';
import { FIRST_CHECKPOINT, NO_FIGURES, runImport, type Planning, type RunParts } from './import-run.ts';
import { summaryOf } from './import-summary.ts';
import type { ImportWorker, OpenWorkspace } from './worker-types.ts';

export interface ImportParts extends MemoryParts {
  readonly store: ImportStore;
  readonly planning: Planning;
  /** Names are of this workspace alone. Undefined where the browser has no locks: then there is no second tab to mind. */
  readonly locks: Pick<LockManager, 'request'> | undefined;
  readonly lockPrefix: string;
  readonly newId: () => ImportId;
  readonly newBlockId: () => BlockId;
  readonly hashOfKey: RunParts['hashOfKey'];
  readonly tagId: RunParts['tagId'];
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
  /** For what nobody waits for: a bug in a run. */
  readonly onBug: (error: unknown) => void;
}

export type ConnectImports = (workspace: OpenWorkspace, planning: MessagePort) => ImportParts;

interface Run {
  readonly controller: AbortController;
  readonly done: Promise<void>;
}

export function createImportService(connect: ConnectImports): ImportWorker {
  let opened: (ImportParts & { readonly report: (progress: ImportProgress) => Promise<void> }) | undefined;
  const runs = new Map<ImportId, Run>();
  /** As last reckoned. */
  const rowsTotals = new Map<ImportId, number>();
  // A workbook is dear to open: the last one stays until it is written or cancelled.
  let lastSource: { readonly of: ImportRow; readonly source: RowSource } | undefined;

  const parts = () => {
    if (!opened) throw new Error('the import worker is not open');
    return opened;
  };
  const lockName = (id: ImportId) => `${parts().lockPrefix}import.${id}`;

  async function sourceOf(row: ImportRow): Promise<RowSource | FileProblem | undefined> {
    if (lastSource?.of.id === row.id && lastSource.of.edition === row.edition) return lastSource.source;
    const file = await parts().store.file(row.id);
    const opened = file && (await openRows(file, row.settings.reading));
    if (!opened || typeof opened === 'string') return opened;
    const source = withMends(opened, row.mends ?? []);
    lastSource = { of: row, source };
    return source;
  }
  const rowsOf = async (row: ImportRow) => {
    const source = await sourceOf(row);
    return typeof source === 'string' ? undefined : source;
  };

  /** Waits for its turn: a tab that has the import keeps it, and if that tab dies, this one goes on. */
  function start(id: ImportId): Promise<void> {
    const running = runs.get(id);
    if (running) return running.done;
    const controller = new AbortController();
    const work = () => follow(id, controller.signal);
    const locked = parts().locks ? parts().locks?.request(lockName(id), { signal: controller.signal }, work) : work();
    const done = Promise.resolve(locked)
      .catch((error: unknown) => {
        // Stolen by a tab that cancels, or cancelled here before its turn.
        if (error instanceof Error && error.name === 'AbortError') controller.abort();
        else parts().onBug(error);
      })
      .finally(() => runs.delete(id));
    runs.set(id, { controller, done });
    return done;
  }

  /** Whoever still works on it finds another edition, and stops. */
  async function mend(id: ImportId, mends: readonly Mend[]): Promise<void> {
    const { store, locks } = parts();
    runs.get(id)?.controller.abort();
    const change = () => store.mend(id, mends, FIRST_CHECKPOINT);
    const result = locks ? await locks.request(lockName(id), { steal: true }, change) : await change();
    await runs.get(id)?.done;
    if (result === 'mended') void start(id);
  }

  async function follow(id: ImportId, signal: AbortSignal): Promise<void> {
    const { store, planning, report } = parts();
    const row = await store.get(id);
    if (!row) return report(progressOf(id, 'cancelled'));
    if (row.phase !== 'checking') return report(progressOfRow(row));
    try {
      await report(progressOfRow(row));
      if (row.failure) await store.change(id, { failure: undefined });
      const source = await sourceOf(row);
      if (source === undefined) {
        await store.remove(id);
        return await report(progressOf(id, 'cancelled'));
      }
      if (typeof source !== 'string' && row.checkpoint.chunks === 0)
        await rememberMatch(parts(), source.header, row.settings.fields);
      const result = typeof source === 'string' ? source : await runImport(row, source, parts(), signal);
      if (result === 'stopped' || signal.aborted) {
        await planning.endPlan(id);
        const now = signal.aborted ? undefined : await store.get(id);
        // By another tab.
        if (now?.phase === 'paused') await report(progressOfRow(now));
        return;
      }
      if (result === 'ready') return await report(progressOfRow((await store.get(id)) ?? row));
      await store.remove(id);
      await report({ ...progressOf(id, 'failed'), failure: result });
    } catch (error) {
      if (signal.aborted) return;
      // What was stored stands; the import goes on from there when it is resumed.
      const now = (await store.get(id).catch(() => undefined)) ?? row;
      const full = isFull(error);
      // For whoever opens the app later; where there is no room for that either, it is found out again.
      if (full) await store.change(id, { failure: 'storageFull' }).catch(() => undefined);
      await report({ ...progressOfRow(now), phase: 'failed', ...(full && { failure: 'storageFull' as const }) });
      if (!full) throw error;
    }
  }

  return {
    async open(workspace, planning, onProgress) {
      opened = {
        ...connect(workspace, planning),
        // Through the port the callback answers a promise, though its type has none.
        report: async (progress) => {
          if (progress.phase === 'checking') rowsTotals.set(progress.importId, progress.rowsTotal);
          onProgress(progress);
        },
      };
      await Promise.resolve();
    },

    preview: async (file, _fileName, reading) => withRemembered(parts(), await previewFile(file, reading)),

    async unknownWords(file, reading, fields) {
      const source = await openRows(file, reading);
      return typeof source === 'string' ? [] : findUnknownWords(source, fields);
    },

    async check(file, fileName, settings) {
      const { store, newId, nowMs, report } = parts();
      const id = newId();
      const problem = await problemOf(file, settings);
      if (problem) {
        await report({ ...progressOf(id, 'failed'), failure: problem });
        return id;
      }
      await report(progressOf(id, 'keeping'));
      const row: ImportRow = {
        ...{ id, fileName, settings, fileSizeBytes: file.size, startedAt: nowMs() },
        ...{ phase: 'checking', checkpoint: FIRST_CHECKPOINT, blocks: [] },
      };
      try {
        await store.begin(row, file);
      } catch (error) {
        if (!isFull(error)) throw error;
        await report({ ...progressOf(id, 'failed'), failure: 'storageFull' });
        return id;
      }
      void start(id);
      return id;
    },

    async resume(id) {
      // Paused a moment ago: what was under way here ends first, else it would be taken for the one that goes on.
      const running = runs.get(id);
      if (running?.controller.signal.aborted) await running.done;
      await parts().store.goOn(id);
      void start(id);
    },

    async pause(id) {
      const { store, report } = parts();
      if ((await store.pause(id, rowsTotals.get(id))) === 'other') return;
      const running = runs.get(id);
      running?.controller.abort();
      await running?.done;
      const row = await store.get(id);
      if (row) await report(progressOfRow(row));
    },

    async beginAnew(id) {
      const { locks } = parts();
      runs.get(id)?.controller.abort();
      await locks?.request(lockName(id), { steal: true }, () => undefined);
      await runs.get(id)?.done;
      void start(id);
    },

    groupNames: async (id) => joinedNames(await parts().store.chunks(id)),

    async write(id, groups = []) {
      const { store, planning, report } = parts();
      const row = await store.get(id);
      if (!row) throw new Error('no such import');
      if (row.phase === 'written') return { kind: 'written' };
      if (row.phase !== 'ready') throw new Error('the import is not ready');
      try {
        const result = await planning.commit(
          id,
          row.fileName,
          row.settings,
          row.blocks,
          row.plannedVersion ?? -1,
          groups,
        );
        if (result === 'changed') {
          await store.restart(id, FIRST_CHECKPOINT);
          await start(id);
          return { kind: 'changed' };
        }
      } catch (error) {
        if (isFull(error)) return { kind: 'storageFull' };
        throw error;
      }
      lastSource = undefined;
      await planning.endPlan(id);
      await report({ ...progressOfRow(row), phase: 'written' });
      return { kind: 'written' };
    },

    async cancel(id) {
      const { store, planning, locks, report } = parts();
      runs.get(id)?.controller.abort();
      // Whoever still works on it, here or in another tab, loses the lock and finds nothing to add to.
      await locks?.request(lockName(id), { steal: true }, () => store.remove(id));
      await store.remove(id);
      if (lastSource?.of.id === id) lastSource = undefined;
      await planning.endPlan(id);
      await report(progressOf(id, 'cancelled'));
    },

    async summaries() {
      return (await parts().store.list()).map(summaryOf);
    },

    async samples(id, outcome, limit) {
      const row = await parts().store.get(id);
      const source = row && (await rowsOf(row));
      return source ? findSamples(source, await parts().store.chunks(id), outcome, limit) : [];
    },

    async problems(id, limit) {
      const row = await parts().store.get(id);
      return row ? findProblems(row, () => rowsOf(row), await parts().store.chunks(id), limit, parts().tagId) : [];
    },

    mend,

    async errorFile(id, words) {
      const row = await parts().store.get(id);
      const source = row && (await rowsOf(row));
      return source ? writeErrorFile(row, source, await parts().store.chunks(id), words) : undefined;
    },

    continueFrom: (file) => continueFrom(file, { get: parts().store.get, sourceOf: rowsOf, mend }),

    readContact: (country, cells) => Promise.resolve(readContact(country, cells)),
    readKeys: (country, lines) => Promise.resolve(readKeys(country, lines)),
  };
}

/** What makes a file useless as it is told to be read, found before it is kept. */
async function problemOf(file: Blob, settings: ImportSettings): Promise<FileProblem | undefined> {
  const kind = await readFileKind(file);
  if (kind.kind === 'problem') return kind.problem;
  if (kind.kind !== settings.reading.format) return kind.kind === 'workbook' ? 'binary' : 'brokenWorkbook';
  return settings.fields.some((field) => (KEY_FIELDS as readonly string[]).includes(field)) ? undefined : 'noKeyColumn';
}

/** Through a port an error keeps its name and message only; Dexie writes the inner one's name into the message. */
const isFull = (error: unknown): boolean =>
  isStorageFull(error) || (error instanceof Error && error.message.includes('QuotaExceededError'));

function progressOf(importId: ImportId, phase: ImportProgress['phase']): ImportProgress {
  return { importId, phase, rowsDone: 0, rowsTotal: 0, rowsPerSecond: 0, figures: NO_FIGURES };
}

function progressOfRow({ id, phase, fileSizeBytes, checkpoint, rowsTotal: reckoned = 0 }: ImportRow): ImportProgress {
  const { figures, byteOffset } = checkpoint;
  const isUnderWay = phase === 'checking' || phase === 'paused';
  const share = isUnderWay && byteOffset > 0 ? byteOffset / fileSizeBytes : 1;
  const rowsTotal = Math.max(Math.round(figures.rows / share), isUnderWay ? reckoned : 0);
  return { ...progressOf(id, phase), rowsDone: figures.rows, rowsTotal, figures };
}
