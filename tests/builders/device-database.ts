/**
 * A device's database by the browser's own interface, past all code of ours: the one piece of every test that looks
 * there. What lies in it is read in `device-storage.ts`.
 */
import type { Page } from '@playwright/test';

export type StoredRow = Record<string, unknown>;

/** Lives in the page. Where no workspace has begun yet, every table is empty. */
export interface DeviceDatabase {
  readonly all: (table: string) => Promise<StoredRow[]>;
  /** Resolves when it is on disk; `write` puts its requests without waiting in between. */
  readonly change: (
    tables: readonly string[],
    write: (table: (name: string) => IDBObjectStore) => void,
  ) => Promise<void>;
  readonly close: () => void;
}

/**
 * Opens the database of the page's workspace, hands it to `use` and closes it. `use` runs in the page, so it knows
 * only what it is handed. Works while the app is open and on any page of its origin.
 */
export async function inDatabase<Result>(
  page: Page,
  use: (database: DeviceDatabase, figure: number) => Promise<Result>,
  figure = 0,
): Promise<Result> {
  const database = await page.evaluateHandle(openInPage);
  try {
    return await database.evaluate(use, figure);
  } finally {
    // A page that has been killed or left has closed it by that.
    await database.evaluate((opened) => opened.close()).catch(() => undefined);
    await database.dispose().catch(() => undefined);
  }
}

async function openInPage(): Promise<DeviceDatabase> {
  const name = (await indexedDB.databases())
    .map((one) => one.name ?? '')
    .find((candidate) => /^fieldcast\/[^/]+$/.test(candidate));
  const database = name === undefined ? undefined : await answerOf(indexedDB.open(name));
  return {
    all: async (table) => (database ? answerOf(database.transaction(table).objectStore(table).getAll()) : []),
    async change(tables, write) {
      if (!database) throw new Error('no workspace has begun here');
      const transaction = database.transaction(tables, 'readwrite', { durability: 'strict' });
      write((table) => transaction.objectStore(table));
      await new Promise<void>((resolve, reject) => {
        transaction.oncomplete = () => resolve();
        transaction.onabort = () => reject(transaction.error as Error);
      });
    },
    close: () => database?.close(),
  };

  function answerOf<Result>(request: IDBRequest<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error as Error);
    });
  }
}
