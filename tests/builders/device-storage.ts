/** Reads a device's IndexedDB by the browser's own interface, past all code of ours, and checks what a crash left. */
import type { Page } from '@playwright/test';

export interface StoredImport {
  readonly id: string;
  readonly phase: string;
  readonly rowsDone: number;
  readonly chunks: number;
  readonly chunkRows: number;
  readonly chunksStored: number;
  readonly blocksNamed: number;
  /** Blocks that the import names and that lie here with bytes of the very hash. */
  readonly blocksSound: number;
  /** Blocks that lie here and no import or message names. */
  readonly blocksStray: number;
}

/** Every import of the device's workspace, with what lies of it. Runs while the app is open or on a blank page of its origin. */
export function readImports(page: Page): Promise<StoredImport[]> {
  return page.evaluate(async () => {
    const databases = (await indexedDB.databases()).map((database) => database.name ?? '');
    const name = databases.find((candidate) => /^fieldcast\/[^/]+$/.test(candidate));
    if (name === undefined) return [];
    const database = await asPromise(indexedDB.open(name));
    const all = async (table: string) =>
      asPromise(database.transaction(table).objectStore(table).getAll()) as Promise<Record<string, unknown>[]>;
    const [imports, chunks, blocks, messages, entries] = await Promise.all(
      ['imports', 'chunks', 'blocks', 'messages', 'entries'].map(all),
    );
    database.close();
    const hashes = new Map<string, string>();
    for (const block of blocks ?? [])
      hashes.set(block['id'] as string, hex(await crypto.subtle.digest('SHA-256', block['bytes'] as BufferSource)));
    type Ref = { id: string; hash: string };
    const refsOf = (row: Record<string, unknown>) => (row['blocks'] ?? []) as Ref[];
    const named = new Set(
      [
        ...(imports ?? []).flatMap(refsOf),
        ...(messages ?? []).flatMap(refsOf),
        ...(entries ?? []).flatMap((row) => refsOf((row['entry'] as { body: Record<string, unknown> }).body)),
      ].map((ref) => ref.id),
    );
    return (imports ?? []).map((row) => {
      const checkpoint = row['checkpoint'] as { rowsDone: number; chunks: number };
      const own = (chunks ?? []).filter((chunk) => chunk['importId'] === row['id']);
      return {
        id: row['id'] as string,
        phase: row['phase'] as string,
        rowsDone: checkpoint.rowsDone,
        chunks: checkpoint.chunks,
        chunksStored: own.length,
        chunkRows: own.reduce((sum, chunk) => sum + (chunk['outcomes'] as Uint8Array).length, 0),
        blocksNamed: refsOf(row).length,
        blocksSound: refsOf(row).filter((ref) => hashes.get(ref.id) === ref.hash).length,
        blocksStray: [...hashes.keys()].filter((id) => !named.has(id)).length,
      };
    });

    function asPromise<Result>(request: IDBRequest<Result>): Promise<Result> {
      return new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error as Error);
      });
    }

    function hex(buffer: ArrayBuffer): string {
      return [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    }
  });
}

/** Messages in the outbox, past all code of ours. */
export function waitingMessages(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const name = (await indexedDB.databases())
      .map((one) => one.name ?? '')
      .find((candidate) => /^fieldcast\/[^/]+$/.test(candidate));
    if (name === undefined) return 0;
    return new Promise<number>((resolve, reject) => {
      const open = indexedDB.open(name);
      open.onerror = () => reject(open.error as Error);
      open.onsuccess = () => {
        const count = open.result.transaction('outbox').objectStore('outbox').count();
        count.onerror = () => reject(count.error as Error);
        count.onsuccess = () => {
          open.result.close();
          resolve(count.result);
        };
      };
    });
  });
}

/** Makes the one message in the outbox a thousand: same audience and text, a draft and a key of its own each. */
export function multiplyOutbox(page: Page, messages: number): Promise<void> {
  return page.evaluate(async (count) => {
    const name = (await indexedDB.databases())
      .map((one) => one.name ?? '')
      .find((candidate) => /^fieldcast\/[^/]+$/.test(candidate));
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const open = indexedDB.open(name ?? '');
      open.onerror = () => reject(open.error as Error);
      open.onsuccess = () => resolve(open.result);
    });
    const transaction = database.transaction(['outbox', 'messages'], 'readwrite');
    const [outbox, rows] = [transaction.objectStore('outbox'), transaction.objectStore('messages')];
    const first = outbox.getAll();
    first.onsuccess = () => {
      const [queued] = first.result as [{ key: string; position?: number; message: { id: string } }];
      const original = rows.get(queued.key);
      original.onsuccess = () => {
        for (let copy = 1; copy < count; copy += 1) {
          const key = `copy-${String(copy).padStart(6, '0')}-of-draft-1`;
          const { position: _position, ...row } = queued;
          outbox.add({ ...row, key, message: { ...queued.message, id: key } });
          rows.add({ ...(original.result as object), id: key });
        }
      };
    };
    await new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onerror = () => reject(transaction.error as Error);
    });
    database.close();
  }, messages);
}
