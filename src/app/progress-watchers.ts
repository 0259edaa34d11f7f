/** Hands the progress of imports to whoever watches them; a late watcher hears the latest at once. */
import type { ImportId } from '#domain/ids';
import type { ImportProgress } from '#import/types';

type Watcher = (progress: ImportProgress) => void;

export function createProgressWatchers() {
  const watchers = new Map<ImportId, Set<Watcher>>();
  const latest = new Map<ImportId, ImportProgress>();

  return {
    report(progress: ImportProgress): void {
      latest.set(progress.importId, progress);
      for (const watcher of watchers.get(progress.importId) ?? []) watcher(progress);
    },
    latest: (id: ImportId) => latest.get(id),
    /** Answers how to stop. */
    watch(id: ImportId, watcher: Watcher): () => void {
      const those = watchers.get(id) ?? new Set();
      watchers.set(id, those.add(watcher));
      const known = latest.get(id);
      if (known) watcher(known);
      return () => {
        those.delete(watcher);
      };
    },
  };
}
