/**
 * The database of a workspace as the first version of the app had it, made out of what is there, and what it holds,
 * whichever version that is. By IndexedDB alone, from a page of the origin without the app.
 */
import type { Page } from '@playwright/test';

/** Dexie counts in tens. */
export const OLD_VERSION = 10;

/** Answers once it lies there as the old version has it; no connection to it may be open. */
export async function makeOlder(page: Page): Promise<void> {
  await page.evaluate(async (version) => {
    const STORES: Record<string, { keyPath?: string | string[]; autoIncrement?: true; indexes?: [string, boolean][] }> =
      {
        meta: {},
        entries: {
          keyPath: 'position',
          autoIncrement: true,
          indexes: [
            ['id', true],
            ['sharing', false],
          ],
        },
        blocks: { keyPath: 'id' },
        imports: { keyPath: 'id' },
        chunks: { keyPath: ['importId', 'index'] },
        files: {},
        outbox: { keyPath: 'position', autoIncrement: true, indexes: [['key', true]] },
        messages: { keyPath: 'id', indexes: [['createdAt', false]] },
        receipts: { keyPath: ['message', 'lastCursor'] },
        channels: { keyPath: 'code' },
      };
    const done = <Value>(request: IDBRequest<Value>) =>
      new Promise<Value>((resolve, reject) => {
        request.onsuccess = () => {
          resolve(request.result);
        };
        request.onerror = () => {
          reject(request.error ?? new Error('refused'));
        };
      });
    const name = (await indexedDB.databases()).find((one) => one.name?.startsWith('fieldcast/'))?.name ?? '';
    const now = await done(indexedDB.open(name));
    const rows = new Map<string, [IDBValidKey, unknown][]>();
    for (const store of Object.keys(STORES)) {
      const from = now.transaction(store).objectStore(store);
      const [keys, values] = await Promise.all([done(from.getAllKeys()), done(from.getAll())]);
      rows.set(
        store,
        keys.map((key, at) => [key, values[at] as unknown]),
      );
    }
    now.close();
    await done(indexedDB.deleteDatabase(name));
    const opening = indexedDB.open(name, version);
    opening.onupgradeneeded = () => {
      for (const [store, { keyPath, autoIncrement, indexes = [] }] of Object.entries(STORES)) {
        const made = opening.result.createObjectStore(store, {
          ...(keyPath !== undefined && { keyPath }),
          ...(autoIncrement && { autoIncrement }),
        });
        for (const [index, unique] of indexes) made.createIndex(index, index, { unique });
      }
    };
    const old = await done(opening);
    const writing = old.transaction(Object.keys(STORES), 'readwrite');
    for (const [store, all] of rows)
      for (const [key, value] of all) {
        if (STORES[store]?.keyPath === undefined) writing.objectStore(store).put(value, key);
        else writing.objectStore(store).put(value);
      }
    await new Promise((resolve) => (writing.oncomplete = resolve));
    old.close();
  }, OLD_VERSION);
}

/** Holds a connection as a tab of the old version does, which closes when another tab asks for a newer one. */
export async function holdOpen(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const name = (await indexedDB.databases()).find((one) => one.name?.startsWith('fieldcast/'))?.name ?? '';
    await new Promise<void>((resolve) => {
      const opening = indexedDB.open(name);
      opening.onsuccess = () => {
        const database = opening.result;
        database.onversionchange = () => {
          database.close();
        };
        resolve();
      };
    });
  });
}

export interface Holding {
  readonly version: number;
  /** Of the log and its blocks: how many, and one hash over all of their names and bytes. */
  readonly entries: number;
  readonly blocks: number;
  readonly hash: string;
}

export function holdingOf(page: Page): Promise<Holding> {
  return page.evaluate(async () => {
    const name = (await indexedDB.databases()).find((one) => one.name?.startsWith('fieldcast/'))?.name ?? '';
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const opening = indexedDB.open(name);
      opening.onsuccess = () => {
        resolve(opening.result);
      };
      opening.onerror = () => {
        reject(opening.error ?? new Error('refused'));
      };
    });
    const all = <Row>(store: string) =>
      new Promise<Row[]>((resolve) => {
        const request = database.transaction(store).objectStore(store).getAll();
        request.onsuccess = () => {
          resolve(request.result as Row[]);
        };
      });
    const entries = await all<{ entry: { id: string } }>('entries');
    const blocks = await all<{ id: string; bytes: Uint8Array<ArrayBuffer> }>('blocks');
    const parts = [
      JSON.stringify(entries.map(({ entry }) => entry)),
      ...blocks.flatMap(({ id, bytes }) => [id, bytes]),
    ];
    const digest = await crypto.subtle.digest('SHA-256', await new Blob(parts).arrayBuffer());
    const hash = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    const { version } = database;
    database.close();
    return { version, entries: entries.length, blocks: blocks.length, hash };
  });
}
