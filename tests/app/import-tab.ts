/** One tab of the import, as the import worker has it but for the worker; several may share a database. */
import { createImportService, type ImportParts } from '#app/import-service';
import type { ImportWorker, OpenWorkspace } from '#app/worker-types';
import type { BlockId, ImportId } from '#domain/ids';
import type { ImportProgress, ImportSettings } from '#import/types';
import { createContactIds } from '#log/contact-id';
import type { AppDatabase } from '#storage/database';
import { createImportStore } from '#storage/import-store';
import { createMetaStore } from '#storage/meta-store';
import type { StandIn } from '#tests/import/plan-stand-in';

export const CSV: ImportSettings['reading'] = {
  format: 'text',
  encoding: 'utf-8',
  delimiter: ',',
  sheets: [],
  header: 'firstRow',
};
/** For files of `buildCsv`. */
export const settings: ImportSettings = {
  ...{
    reading: CSV,
    fields: ['name', 'phone', 'email', 'userId', 'ignore', 'ignore', 'ignore', 'ignore'],
    country: 'CN',
  },
  ...{ conflicts: 'overwrite', groups: [], newGroups: [], consent: 'unknown', existing: 'all' },
};
/** One tab: a service with its own memory over the same database. */
export interface Tab {
  readonly service: ImportWorker;
  readonly news: ImportProgress[];
  readonly bugs: unknown[];
  readonly until: (phase: ImportProgress['phase'], id?: ImportId) => Promise<ImportProgress>;
}

let number = 0;

export async function openImportTab(
  { db, planning }: { readonly db: AppDatabase; readonly planning: StandIn },
  change: (parts: ImportParts) => Partial<ImportParts> = () => ({}),
): Promise<Tab> {
  const news: ImportProgress[] = [];
  const bugs: unknown[] = [];
  const waiting = new Set<() => void>();
  const parts: ImportParts = {
    store: createImportStore(db),
    meta: createMetaStore(db),
    hashOfHeadings: (text) => `hash of ${String(text.length)}`,
    planning,
    locks: navigator.locks,
    lockPrefix: `${db.name}.`,
    newId: () => `import-${String(number++)}` as ImportId,
    tagId: createContactIds(new Uint8Array(16)).tagId,
    hashOfKey: (field, value) => createContactIds(new Uint8Array(16)).idOf(field, value, 0),
    newBlockId: () => `block-${crypto.randomUUID()}` as BlockId,
    nowMs: () => performance.now(),
    onBug: (error) => bugs.push(error),
  };
  const service = createImportService(() => ({ ...parts, ...change(parts) }));
  await service.open({} as OpenWorkspace, undefined as unknown as MessagePort, (progress) => {
    news.push(progress);
    for (const look of waiting) look();
  });
  const until: Tab['until'] = (phase, id) =>
    new Promise((resolve) => {
      const look = () => {
        const found = news.find((each) => each.phase === phase && (id === undefined || each.importId === id));
        if (!found) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  return { service, news, bugs, until };
}
