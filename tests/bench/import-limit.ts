/**
 * The floor under an import: what must be done whatever the program, by the libraries that there are, with nobody's
 * duplicates looked for and nothing planned. Reading, Papa Parse, libphonenumber-js, the platform's deflate of columns as
 * JSON, and the bytes into IndexedDB; slices of a megabyte, in as many workers as there are cores.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { openBrowser } from '../builders/browser.ts';
import { ROOT } from '../builders/relay-process.ts';

const LIBRARIES = [
  'node_modules/papaparse/papaparse.min.js',
  // With all metadata, as the app has them: the others refuse landlines.
  'node_modules/libphonenumber-js/bundle/libphonenumber-max.js',
];

/** Seconds; `profile` is a folder of its own, `url` a relay's. */
export async function limitOf(profile: string, url: string, file: string): Promise<number> {
  const browser = await openBrowser(profile, { bypassCsp: true });
  await browser.page.goto(`${url}/healthz`);
  const seconds = await limitSeconds(browser.page, file);
  await browser.close();
  return seconds;
}

/** By the page's clock. */
async function limitSeconds(page: Page, file: string): Promise<number> {
  const libraries = await Promise.all(LIBRARIES.map((path) => readFile(join(ROOT, path), 'utf8')));
  await page.evaluate(() =>
    document.body.replaceChildren(Object.assign(document.createElement('input'), { type: 'file' })),
  );
  await page.locator('input[type=file]').setInputFiles(file);
  return page.evaluate(
    async ([scripts, work]) => {
      const given = document.querySelector('input')?.files?.[0];
      if (!given) throw new Error('no file');
      const url = URL.createObjectURL(new Blob([...scripts, `;(${work})()`], { type: 'text/javascript' }));
      const workers = Array.from({ length: navigator.hardwareConcurrency }, () => new Worker(url));
      const said = (worker: Worker) =>
        new Promise<unknown>((resolve, reject) => {
          worker.addEventListener('message', ({ data }) => resolve(data), { once: true });
          worker.addEventListener('error', ({ message }) => reject(new Error(message)), { once: true });
        });
      const told = (message: (at: number) => unknown) =>
        Promise.all(
          workers.map((worker, at) => {
            const answer = said(worker);
            worker.postMessage(message(at));
            return answer;
          }),
        );
      // Loading the libraries is no part of it.
      await told(() => 'ready?');
      const started = performance.now();
      await told((at) => ({ file: given, at, of: workers.length }));
      const seconds = (performance.now() - started) / 1_000;
      for (const worker of workers) worker.terminate();
      return seconds;
    },
    [libraries, workInWorker.toString()] as const,
  );
}

interface Share {
  readonly file: File;
  readonly at: number;
  readonly of: number;
}

/** Runs in a worker, from its text alone. */
function workInWorker(): void {
  const SLICE = 1024 * 1024;
  const LONGEST_ROW = 1_024;
  const LINE_FEED = 10;
  const PHONE = 1;
  const { Papa, libphonenumber } = globalThis as unknown as {
    Papa: { parse: (text: string, options: object) => { readonly data: readonly (readonly string[])[] } };
    libphonenumber: {
      parsePhoneNumberFromString: (text: string, country: string) => { readonly number: string } | undefined;
    };
  };
  const opened = new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open('limit', 1);
    request.onupgradeneeded = () => request.result.createObjectStore('blocks', { autoIncrement: true });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('not opened'));
  });

  /** From the first row that begins in the slice to the end of the last one that does. */
  async function textOf(file: File, from: number): Promise<string> {
    const bytes = new Uint8Array(await file.slice(from, from + SLICE + LONGEST_ROW).arrayBuffer());
    const first = from === 0 ? 0 : bytes.indexOf(LINE_FEED) + 1;
    const end = from + SLICE >= file.size ? bytes.length : bytes.indexOf(LINE_FEED, SLICE) + 1;
    return new TextDecoder().decode(bytes.subarray(first, end));
  }

  async function deflated(value: unknown): Promise<ArrayBuffer> {
    const stream = new Blob([JSON.stringify(value)]).stream().pipeThrough(new CompressionStream('deflate-raw'));
    return new Response(stream).arrayBuffer();
  }

  async function put(bytes: ArrayBuffer): Promise<void> {
    const database = await opened;
    await new Promise<void>((resolve, reject) => {
      const transaction = database.transaction('blocks', 'readwrite', { durability: 'relaxed' });
      transaction.objectStore('blocks').add(bytes);
      transaction.oncomplete = () => resolve();
      transaction.onerror = () => reject(transaction.error ?? new Error('not written'));
    });
  }

  async function work({ file, at, of }: Share): Promise<void> {
    for (let from = at * SLICE; from < file.size; from += of * SLICE) {
      const rows = Papa.parse(await textOf(file, from), { skipEmptyLines: true }).data;
      const columns = (rows[0] ?? []).map((_, column) => rows.map((row) => row[column] ?? ''));
      columns[PHONE] = (columns[PHONE] ?? []).map(
        (text) => libphonenumber.parsePhoneNumberFromString(text, 'CN')?.number ?? '',
      );
      await put(await deflated(columns));
    }
  }

  addEventListener('message', ({ data }: MessageEvent<Share | 'ready?'>) => {
    if (data === 'ready?') return postMessage('ready');
    void work(data).then(() => postMessage('done'));
  });
}
