/**
 * Reads everything that a page's origin holds in a real browser, past all code of ours: every database and store of
 * IndexedDB, the private files, every cache, local and session storage; bytes in several encodings and inflated. Says
 * where which of the wanted words stands. Writes them there by hand, too, so that it can be shown to find them.
 */
import type { Page } from '@playwright/test';

/** The places in which a word can be put back by hand. */
export const ORIGIN_PLACES = ['row', 'block', 'file', 'cache'] as const;
export type OriginPlace = (typeof ORIGIN_PLACES)[number];

/** As `place: word`, each once. */
export function findInOrigin(page: Page, words: readonly string[]): Promise<string[]> {
  return page.evaluate(async (wanted) => {
    const found = new Set<string>();

    for (const { name } of await indexedDB.databases()) {
      if (name === undefined) continue;
      const database = await answerOf(indexedDB.open(name));
      for (const store of database.objectStoreNames) {
        const objects = database.transaction(store).objectStore(store);
        const [keys, values] = await Promise.all([answerOf(objects.getAllKeys()), answerOf(objects.getAll())]);
        await look(`IndexedDB ${store}`, [keys, values]);
      }
      database.close();
    }
    await lookInFolder(await navigator.storage.getDirectory());
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        await look('Cache', request.url);
        await look('Cache', await (await cache.match(request))?.arrayBuffer());
      }
    }
    for (const storage of [localStorage, sessionStorage]) await look('Storage', { ...storage });
    return [...found];

    async function lookInFolder(folder: FileSystemDirectoryHandle): Promise<void> {
      const entries = (folder as unknown as { values: () => AsyncIterable<FileSystemHandle> }).values();
      for await (const handle of entries) {
        await look('OPFS', handle.name);
        if (handle.kind === 'directory') await lookInFolder(handle as FileSystemDirectoryHandle);
        else await look('OPFS', await (handle as FileSystemFileHandle).getFile());
      }
    }

    async function look(place: string, value: unknown): Promise<void> {
      if (typeof value === 'string') lookAt(place, value);
      else if (value instanceof Blob) await lookAtBytes(place, new Uint8Array(await value.arrayBuffer()));
      else if (value instanceof ArrayBuffer) await lookAtBytes(place, new Uint8Array(value));
      else if (ArrayBuffer.isView(value))
        await lookAtBytes(place, new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
      else if (typeof value === 'number') lookAt(place, String(value));
      else if (value instanceof Map || value instanceof Set) await look(place, [...value]);
      else if (typeof value === 'object' && value !== null)
        for (const [name, inner] of Object.entries(value)) {
          lookAt(place, name);
          await look(place, inner);
        }
    }

    async function lookAtBytes(place: string, bytes: Uint8Array): Promise<void> {
      for (const encoding of ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'])
        lookAt(place, new TextDecoder(encoding).decode(bytes));
      for (const format of ['deflate-raw', 'deflate', 'gzip'] as const) {
        const inflated = await inflate(bytes, format);
        if (!inflated) continue;
        const text = new TextDecoder().decode(inflated);
        lookAt(place, text);
        // What escapes hide.
        await look(place, parsed(text));
      }
    }

    async function inflate(bytes: Uint8Array, format: CompressionFormat): Promise<ArrayBuffer | undefined> {
      try {
        const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream();
        return await new Response(stream.pipeThrough(new DecompressionStream(format))).arrayBuffer();
      } catch {
        return undefined;
      }
    }

    function lookAt(place: string, text: string): void {
      for (const word of wanted) if (text.includes(word)) found.add(`${place}: ${word}`);
    }

    function parsed(text: string): unknown {
      try {
        return JSON.parse(text);
      } catch {
        return undefined;
      }
    }

    function answerOf<Result>(request: IDBRequest<Result>): Promise<Result> {
      return new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error as Error);
      });
    }
  }, words);
}

/** For good: nothing takes it away again. */
export async function putInOrigin(page: Page, place: OriginPlace, word: string): Promise<void> {
  await page.evaluate(
    async ([where, text]) => {
      if (where === 'file') {
        const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('by-hand', { create: true });
        const writing = await (await folder.getFileHandle('list.csv', { create: true })).createWritable();
        // As Excel writes "Unicode text".
        await writing.write(Uint16Array.from(text, (letter) => letter.charCodeAt(0)));
        return writing.close();
      }
      if (where === 'cache') return (await caches.open('by-hand')).put('/by-hand', new Response(text));
      const name = (await indexedDB.databases()).find((one) => /^fieldcast\/[^/]+$/.test(one.name ?? ''))?.name ?? '';
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const request = indexedDB.open(name);
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error as Error);
      });
      const deflated = new Blob([JSON.stringify({ text })]).stream().pipeThrough(new CompressionStream('deflate-raw'));
      const bytes = new Uint8Array(await new Response(deflated).arrayBuffer());
      const transaction = database.transaction(['meta', 'blocks'], 'readwrite');
      if (where === 'row') transaction.objectStore('meta').put({ deep: [text] }, 'by-hand');
      else transaction.objectStore('blocks').put({ id: 'by-hand', hash: '', bytes });
      await new Promise((resolve) => (transaction.oncomplete = resolve));
      database.close();
    },
    [place, word] as const,
  );
}
