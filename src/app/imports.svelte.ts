/**
 * Imports as pages see them. Reading and checking are the import worker's, the tap is an entry of the log; here is only
 * who watches which, what goes on when the app opens, and the documents of the groups and characteristics that an import
 * makes.
 */
import type { ImportId } from '#domain/ids';
import type { ImportProgress, ImportSummary } from '#import/types';
import { summaryOf } from './import-summary.ts';
import { createProgressWatchers } from './progress-watchers.ts';
import type { CharacteristicsPart } from './characteristics.svelte.ts';
import type { GroupsPart } from './groups.svelte.ts';
import type { Imports } from './types.ts';
import type { Opened } from './opened.ts';

export interface ImportsPart extends Imports {
  readonly follow: (progress: ImportProgress) => void;
  /** Takes up what was being checked when its tab went (IMP-9); in a second tab it waits behind the first one's lock. */
  readonly goOn: () => Promise<void>;
  /** Somebody was erased from the kept files of these: they are checked from the beginning. */
  readonly begunAnew: (ids: readonly ImportId[]) => Promise<void>;
}

export function createImports(
  opened: Promise<Opened>,
  groups: Pick<GroupsPart, 'adopt' | 'disown' | 'dropEmpty' | 'bringBack' | 'propose' | 'byId'>,
  characteristics: Pick<CharacteristicsPart, 'adopt' | 'disown' | 'dropEmpty' | 'bringBack'>,
): ImportsPart {
  let unfinished = $state.raw<readonly ImportSummary[]>([]);
  const progress = createProgressWatchers();

  const list = async () => (await (await opened).stores.imports.list()).map(summaryOf);
  const worker = async () => (await opened).workers.imports();
  const forget = (id: ImportId) => {
    unfinished = unfinished.filter((summary) => summary.id !== id);
  };

  // Only what lay there when the app opened was left behind by an earlier visit.
  const left = list().then((summaries) => {
    unfinished = summaries.filter(({ phase }) => UNFINISHED.includes(phase));
  });
  left.catch(() => {});

  async function resume(id: ImportId): Promise<void> {
    await (await worker()).resume(id);
    forget(id);
  }

  return {
    get unfinished() {
      return unfinished;
    },
    list,
    follow: progress.report,
    preview: async (file, reading) => (await worker()).preview(file, file.name, reading),
    unknownWords: async (file, reading, fields) => (await worker()).unknownWords(file, reading, fields),
    check: async (file, settings) => (await worker()).check(file, file.name, settings),
    watch: progress.watch,
    samples: async (id, outcome, limit) => (await worker()).samples(id, outcome, limit),
    mend: async (id, mends) => (await worker()).mend(id, mends),
    errorFile: async (id, words) => (await worker()).errorFile(id, words),
    continueFrom: async (file) => (await worker()).continueFrom(file),
    problems: async (id, limit) => (await worker()).problems(id, limit),
    resume,
    pause: async (id) => (await worker()).pause(id),
    waitingFiles: async () => (await (await opened).stores.meta.get('waitingFiles')) ?? [],
    keepWaitingFiles: async (names) => (await opened).stores.meta.set('waitingFiles', names),
    async goOn() {
      await left;
      for (const summary of unfinished.filter(({ phase }) => phase === 'checking')) {
        // A worker that does not load, offline before it was ever kept: the page says so and offers to try again.
        await resume(summary.id).catch(() => progress.report({ ...progressOf(summary), phase: 'failed' }));
      }
    },
    async begunAnew(ids) {
      for (const id of ids) await (await worker()).beginAnew(id);
    },
    async write(id) {
      const { stores, tabs } = await opened;
      const row = await stores.imports.get(id);
      if (!row) throw new Error('no such import');
      const { writeImport } = await import('./write-import.ts');
      const kind = await writeImport({ worker: await worker(), groups, characteristics }, row);
      if (kind === 'changed') return { kind, progress: progress.latest(id) ?? progressOf(summaryOf(row)) };
      if (kind === 'written') {
        forget(id);
        tabs.tell('audience');
      }
      return { kind };
    },
    async cancel(id) {
      await (await worker()).cancel(id);
      forget(id);
    },

    past: async () => (await import('./past-imports.ts')).readPast(await opened),
    undo: async (entry) =>
      (await import('./past-imports.ts')).undoImport(await opened, { groups, characteristics }, entry),
    redo: async (entry) =>
      (await import('./past-imports.ts')).redoImport(await opened, { groups, characteristics }, entry),
    kept: async (entry) => (await opened).workers.audience.keptByUndo(entry),
  };
}

const UNFINISHED: readonly ImportProgress['phase'][] = ['keeping', 'checking', 'paused', 'ready'];

function progressOf({ id, phase, figures }: ImportSummary): ImportProgress {
  return { importId: id, phase, rowsDone: figures.rows, rowsTotal: figures.rows, rowsPerSecond: 0, figures };
}
