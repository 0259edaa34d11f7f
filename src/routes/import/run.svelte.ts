/**
 * One import on its way: checked, shown, written, cancelled. It follows the import that it is given and may be left
 * and found again; what runs, runs in the worker.
 */
import type { Imports } from '#app/types';
import type { ImportId } from '#domain/ids';
import { isStorageFull } from '../contacts/storage-full.ts';
import type { ImportFigures, ImportProgress, ImportSettings } from '#import/types';

export interface Run {
  /** Reactive, as all here. Undefined: nothing is being imported. */
  readonly id: ImportId | undefined;
  readonly progress: ImportProgress | undefined;
  readonly settings: ImportSettings | undefined;
  readonly fileName: string;
  readonly phase: 'none' | 'starting' | ImportProgress['phase'];
  readonly writing: boolean;
  /** The audience moved since the check: the figures shown are new ones. */
  readonly changedMeanwhile: boolean;
  readonly storageFull: boolean;
  /** Something failed that has no name. */
  readonly broken: boolean;
  readonly start: (file: File, settings: ImportSettings) => Promise<ImportId | undefined>;
  /** Takes up an import that another visit, or this one, began. */
  readonly follow: (id: ImportId) => Promise<void>;
  readonly write: () => Promise<'written' | 'not written'>;
  /** The check rests, and goes on: what was checked stays. */
  readonly pause: () => Promise<void>;
  readonly goOn: () => Promise<void>;
  /** Nothing of it remains. */
  readonly cancel: () => Promise<void>;
  /** Forgets it here; it stays as it is. */
  readonly leave: () => void;
}

export function createRun(imports: Imports): Run {
  let id = $state<ImportId | undefined>(undefined);
  let progress = $state.raw<ImportProgress | undefined>(undefined);
  let settings = $state.raw<ImportSettings | undefined>(undefined);
  let fileName = $state('');
  let phase = $state<Run['phase']>('none');
  let writing = $state(false);
  let changedMeanwhile = $state(false);
  let storageFull = $state(false);
  let broken = $state(false);
  let stop: (() => void) | undefined;

  function leave(): void {
    stop?.();
    stop = undefined;
    id = undefined;
    progress = undefined;
    settings = undefined;
    phase = 'none';
    writing = changedMeanwhile = storageFull = broken = false;
  }

  function watch(each: ImportId): void {
    id = each;
    stop = imports.watch(each, (news) => {
      if (news.importId !== id) return;
      progress = news;
      phase = news.phase;
    });
  }

  return {
    get id() {
      return id;
    },
    get progress() {
      return progress;
    },
    get settings() {
      return settings;
    },
    get fileName() {
      return fileName;
    },
    get phase() {
      return phase;
    },
    get writing() {
      return writing;
    },
    get changedMeanwhile() {
      return changedMeanwhile;
    },
    get storageFull() {
      return storageFull;
    },
    get broken() {
      return broken;
    },

    async start(file, chosen) {
      leave();
      phase = 'starting';
      settings = chosen;
      fileName = file.name;
      try {
        watch(await imports.check(file, chosen));
      } catch (error) {
        leave();
        storageFull = isStorageFull(error);
        broken = !storageFull;
      }
      return id;
    },

    async follow(wanted) {
      if (id === wanted) return;
      leave();
      phase = 'starting';
      const known = (await imports.list()).find((each) => each.id === wanted);
      if (!known) return leave();
      settings = known.settings;
      fileName = known.fileName;
      progress = progressOf(known.id, known.phase, known.figures);
      phase = known.phase;
      watch(wanted);
      // What is under way already stays so; what was left goes on.
      if (known.phase === 'checking') {
        await imports.resume(wanted).catch(() => {
          phase = 'failed';
        });
      }
    },

    async write() {
      if (!id) return 'not written';
      writing = true;
      storageFull = broken = changedMeanwhile = false;
      try {
        const result = await imports.write(id);
        if (result.kind === 'written') {
          phase = 'written';
          return 'written';
        }
        if (result.kind === 'changed') {
          changedMeanwhile = true;
          progress = result.progress;
          phase = result.progress.phase;
        } else storageFull = true;
      } catch {
        broken = true;
      } finally {
        writing = false;
      }
      return 'not written';
    },

    async pause() {
      if (id) await imports.pause(id);
    },

    async goOn() {
      if (!id) return;
      phase = 'checking';
      await imports.resume(id).catch(() => {
        phase = 'failed';
      });
    },

    async cancel() {
      const cancelled = id;
      leave();
      if (cancelled) await imports.cancel(cancelled);
    },

    leave,
  };
}

function progressOf(importId: ImportId, phase: ImportProgress['phase'], figures: ImportFigures): ImportProgress {
  return { importId, phase, figures, rowsDone: figures.rows, rowsTotal: figures.rows, rowsPerSecond: 0 };
}
