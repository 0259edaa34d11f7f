/**
 * 10,000, 100,000 and 1,000,000 contacts in the built app in Chromium, by the pages a person uses: imported from a CSV
 * file, opened anew, searched, scrolled, changed. Each size on a profile of its own; memory is what the page's process,
 * workers among it, has for itself.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from '@playwright/test';
import * as XLSX from 'xlsx';
import { openBrowser } from '../builders/browser.ts';
import { buildCsv } from '../builders/csv.ts';
import { createDice } from '../builders/dice.ts';
import { contactTotal } from '../builders/pages.ts';
import { startRelay, temporaryFolder } from '../builders/relay-process.ts';
import { limitOf } from './import-limit.ts';
import { importTimed, naivePerRow } from './import-timing.ts';
import { median, percentile } from './median.ts';

const SIZES = [
  ['10k', 10_000],
  ['100k', 100_000],
  ['1m', 1_000_000],
] as const;
/** The naive way takes minutes for a million: what it took for these, five times. */
const NAIVE_ROWS = 200_000;
const WORKBOOK_ROWS = 50_000;
const QUERIES = 200;
const EDITS = 20;
const OPENINGS = 3;
const FRAME_MS = 17;
const SCROLL_MS = 4_000;
const MEMORY_EVERY_MS = 100;
/** Orders, the search and the keys are made ready after the list is there, and what that took is let go of. */
const REST_MS = 30_000;
const MEGABYTE = 1_048_576;

type Figures = Record<string, number>;

export async function benchApp(): Promise<Figures> {
  const folder = await temporaryFolder('bench-app');
  const relay = await startRelay({ data: join(folder.path, 'data') });
  const figures: Figures = {};
  try {
    for (const [name, rows] of SIZES) {
      const file = join(folder.path, `${name}.csv`);
      const { file: csv, people } = buildCsv({ rows, seed: 1 });
      await writeFile(file, await csv.bytes());
      const profile = join(folder.path, name);
      Object.assign(figures, await imported(name, relay.url, profile, file, people));
      Object.assign(figures, await used(name, relay.url, profile, people));
    }
    figures['import.xlsx.50k.seconds'] = await workbookImported(folder.path, relay.url);
    figures['import.csv.limit_seconds'] = await limitOf(
      join(folder.path, 'limit'),
      relay.url,
      join(folder.path, '1m.csv'),
    );
    const naive = await naivePerRow(folder.path, relay.url, NAIVE_ROWS);
    figures['import.csv.1m.naive_seconds'] = naive * 1_000_000;
    figures['import.csv.1m.ratio'] = (naive * 1_000_000) / (figures['import.csv.1m.seconds'] ?? NaN);
    return figures;
  } finally {
    await relay.stop();
    await folder.remove();
  }
}

async function imported(name: string, url: string, profile: string, file: string, people: number): Promise<Figures> {
  const browser = await openBrowser(profile);
  const { page } = browser;
  await page.goto(`${url}/contacts`);
  await page.getByText('No contacts yet').waitFor();
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.addInitScript(recordLongTasks);
  const watch = watchMemory(profile);
  const { checkSeconds, writeSeconds, askedMs } = await importTimed(page, file, people);
  const peak = await watch.stop();
  const longest = await page.evaluate(
    (sinceMs) =>
      Math.max(0, ...((globalThis as LongTasks).tasks ?? []).filter(([at]) => at >= sinceMs).map(([, ms]) => ms)),
    askedMs,
  );
  const bytes = await page.evaluate(bytesInDatabases);
  await browser.close();
  return {
    [`import.csv.${name}.seconds`]: checkSeconds + writeSeconds,
    [`import.csv.${name}.check_seconds`]: checkSeconds,
    [`import.csv.${name}.write_seconds`]: writeSeconds,
    [`import.csv.${name}.longest_task_ms`]: longest,
    [`import.csv.${name}.peak_mb`]: peak,
    [`storage.${name}.bytes_per_contact`]: bytes / people,
  };
}

/** Written by SheetJS; from the file's being given to searchable and durable. */
async function workbookImported(folder: string, url: string): Promise<number> {
  const { file: csv, people } = buildCsv({ rows: WORKBOOK_ROWS, seed: 2 });
  const rows = (await csv.text())
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
  const book = XLSX.utils.book_new(XLSX.utils.aoa_to_sheet(rows), 'Customers');
  const file = join(folder, 'customers.xlsx');
  await writeFile(file, XLSX.write(book, { type: 'buffer', compression: true }) as Buffer);
  const browser = await openBrowser(join(folder, 'workbook'));
  await browser.page.goto(`${url}/contacts`);
  await browser.page.getByText('No contacts yet').waitFor();
  await browser.page.evaluate(() => navigator.serviceWorker.ready);
  const { checkSeconds, writeSeconds } = await importTimed(browser.page, file, people);
  await browser.close();
  return checkSeconds + writeSeconds;
}

async function used(name: string, url: string, profile: string, people: number): Promise<Figures> {
  const browser = await openBrowser(profile);
  const { page } = browser;
  // Whoever opened the app once has its code compiled; the browser runs.
  await opened(page, url, people);
  const openings: { readonly first: number; readonly searchable: number }[] = [];
  for (let round = 0; round < OPENINGS; round += 1) {
    await page.goto('about:blank');
    openings.push(await opened(page, url, people));
  }
  const watch = watchMemory(profile);
  await sleep(REST_MS);
  const mostMemory = await watch.stop();
  const atRest = memoryOf(profile);
  const searches = await searched(page);
  const slow = await scrolled(page);
  const edits = await edited(page);
  const associated = await associatedOf(page);
  await browser.close();
  return {
    [`open.${name}.first_rows_seconds`]: median(openings.map(({ first }) => first)),
    [`open.${name}.searchable_seconds`]: median(openings.map(({ searchable }) => searchable)),
    [`memory.${name}.mb`]: atRest,
    [`memory.${name}.opened_peak_mb`]: mostMemory,
    [`search.${name}.typed_p95_ms`]: percentile(searches, 0.95),
    [`scroll.${name}.slow_frames_percent`]: slow.moving,
    [`scroll.${name}.at_rest_slow_frames_percent`]: slow.atRest,
    [`edit.${name}.p95_ms`]: percentile(edits, 0.95),
    [`bulk_associate.${name}.seconds`]: associated.seconds,
    [`bulk_associate.${name}.contacts`]: associated.contacts,
  };
}

/** From the address to the first rows, and to the answer to a search among all. */
async function opened(page: Page, url: string, people: number): Promise<{ first: number; searchable: number }> {
  const started = performance.now();
  await page.goto(`${url}/contacts`, { waitUntil: 'commit' });
  await page.getByRole('row').nth(1).getByRole('gridcell').nth(1).getByText(/\S/).first().waitFor();
  const first = (performance.now() - started) / 1_000;
  while ((await contactTotal(page)) < people) await sleep(20);
  await page.getByRole('searchbox').fill('U00000007');
  const grid = page.getByRole('grid');
  while ((await grid.getAttribute('aria-rowcount')) !== '2') await sleep(10);
  const searchable = (performance.now() - started) / 1_000;
  await page.getByRole('searchbox').fill('');
  return { first, searchable };
}

/** Each typed at once, as a paste: from the input to the list that has its answer. */
async function searched(page: Page): Promise<readonly number[]> {
  const dice = createDice(3);
  const kinds = [
    () => dice.pick([...'王李张刘陈杨黄赵吴周']),
    () => dice.pick([...'王李张刘陈杨']) + dice.pick([...'伟芳娜敏静丽强磊']),
    () => String(1_000 + dice.below(9_000)),
    () => dice.pick(['wang', 'li', 'zhang', 'liu', 'chen']) + String(dice.below(10)),
    () => dice.pick(['zw', 'lf', 'wn', 'cm', 'yj']),
    () => `U000${String(dice.below(99)).padStart(2, '0')}`,
    () => dice.pick(['zqxv', '0000000000', '龘龘', 'nobody@nowhere', 'xyzzy']),
  ];
  const queries = Array.from({ length: QUERIES }, (_, at) => (kinds[at % kinds.length] as () => string)());
  return page.evaluate(async (texts) => {
    const box = document.querySelector<HTMLInputElement>('input[type=search]');
    const list = document.querySelector('.list');
    if (!box || !list) throw new Error('no list');
    const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set;
    const settled = () =>
      new Promise<void>((resolve) => {
        let wasStale = false;
        const look = () => {
          const grid = document.querySelector('.list');
          const isStale = grid?.classList.contains('stale') === true;
          wasStale ||= isStale;
          if (wasStale && !isStale) {
            observer.disconnect();
            resolve();
          }
        };
        const observer = new MutationObserver(look);
        observer.observe(document.body, {
          subtree: true,
          childList: true,
          attributes: true,
          attributeFilter: ['class'],
        });
      });
    const times: number[] = [];
    for (const text of texts) {
      const started = performance.now();
      const answered = settled();
      set?.call(box, text);
      box.dispatchEvent(new Event('input', { bubbles: true }));
      await answered;
      times.push(performance.now() - started);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    set?.call(box, '');
    box.dispatchEvent(new Event('input', { bubbles: true }));
    return times;
  }, queries);
}

/** Share of frames that came late while the wheel turned, down through the list; and while nothing moved at all. */
async function scrolled(page: Page): Promise<{ readonly moving: number; readonly atRest: number }> {
  await sleep(1_000);
  const atRest = await lateFrames(page);
  await page.mouse.move(700, 500);
  const frames = lateFrames(page);
  const end = performance.now() + SCROLL_MS;
  while (performance.now() < end) {
    await page.mouse.wheel(0, 120);
    await sleep(FRAME_MS);
  }
  const moving = await frames;
  const isAway = await page.evaluate(() =>
    [...document.querySelectorAll('*')].some(({ scrollTop }) => scrollTop > 1_000),
  );
  if (!isAway) throw new Error('the list did not scroll');
  return { moving, atRest };
}

async function lateFrames(page: Page): Promise<number> {
  const times = await page.evaluate(async (forMs) => {
    const frames: number[] = [];
    const started = performance.now();
    let before = started;
    while (before - started < forMs) {
      const now = await new Promise<number>((resolve) => requestAnimationFrame(() => resolve(performance.now())));
      frames.push(now - before);
      before = now;
    }
    return frames.slice(2);
  }, SCROLL_MS);
  return (times.filter((ms) => ms > FRAME_MS).length / times.length) * 100;
}

/** Block and unblock by the menu of a contact: from the tap to the word that it is saved, with the list answered anew. */
async function edited(page: Page): Promise<readonly number[]> {
  await page.mouse.click(700, 500);
  const more = page.getByRole('complementary').getByRole('button', { name: /^More about/ });
  const times: number[] = [];
  for (let at = 0; at < EDITS; at += 1) {
    await more.click();
    const item = page.getByRole('menuitem', { name: at % 2 === 0 ? 'Block' : 'Unblock', exact: true });
    await item.waitFor();
    times.push(
      await item.evaluate(
        (element) =>
          new Promise<number>((resolve) => {
            const toasts = document.querySelector('.region');
            if (!toasts) throw new Error('nowhere to say it');
            const started = performance.now();
            new MutationObserver((changes, observer) => {
              if (!changes.some(({ addedNodes }) => addedNodes.length > 0)) return;
              observer.disconnect();
              resolve(performance.now() - started);
            }).observe(toasts, { subtree: true, childList: true, characterData: true });
            (element as HTMLElement).click();
          }),
      ),
    );
    await sleep(150);
  }
  await page.keyboard.press('Escape');
  return times;
}

/** Everybody whose email begins with a certain name, a tenth of all, into a new group: to the word that it is done. */
async function associatedOf(page: Page): Promise<{ readonly seconds: number; readonly contacts: number }> {
  await page.getByRole('searchbox').fill('wang');
  await sleep(1_500);
  const contacts = Number(await page.getByRole('grid').getAttribute('aria-rowcount')) - 1;
  await page.getByRole('checkbox', { name: 'Select all in this list' }).check();
  await page.getByRole('button', { name: 'Add to group' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('combobox').fill('Wangs');
  await page.getByRole('option').first().click();
  await page.keyboard.press('Escape');
  const button = dialog.getByRole('button', { name: 'Add to group' });
  await button.evaluate((element) => {
    element.addEventListener('click', () => ((globalThis as Timed).tappedAt = performance.now()), { capture: true });
  });
  await button.click();
  const done = page.getByText(/contacts added to Wangs/).first();
  await done.waitFor({ timeout: 60_000 });
  const seconds = await page.evaluate(() => (performance.now() - ((globalThis as Timed).tappedAt ?? NaN)) / 1_000);
  return { seconds, contacts };
}

interface Timed {
  tappedAt?: number;
}
/** Of the page's thread, over 50 ms. */
interface LongTasks {
  tasks?: [startMs: number, lengthMs: number][];
}

function recordLongTasks(): void {
  const tasks: NonNullable<LongTasks['tasks']> = [];
  (globalThis as LongTasks).tasks = tasks;
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) tasks.push([startTime, duration]);
  }).observe({ type: 'longtask', buffered: true });
}

/** Of all values; kept files and their slices are no contacts. */
async function bytesInDatabases(): Promise<number> {
  const sizeOf = (value: unknown): number => {
    if (typeof value === 'string') return value.length;
    if (typeof value === 'number') return 8;
    if (ArrayBuffer.isView(value)) return value.byteLength;
    if (value instanceof ArrayBuffer) return value.byteLength;
    if (value instanceof Blob) return 0;
    if (typeof value !== 'object' || value === null) return 1;
    return Object.entries(value).reduce((sum, [name, inner]) => sum + name.length + sizeOf(inner), 0);
  };
  let bytes = 0;
  for (const { name } of await indexedDB.databases()) {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open(name ?? '');
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error ?? new Error('not opened'));
    });
    for (const store of database.objectStoreNames) {
      await new Promise<void>((resolve, reject) => {
        const request = database.transaction(store).objectStore(store).openCursor();
        request.onerror = () => reject(request.error ?? new Error('not read'));
        request.onsuccess = () => {
          const cursor = request.result;
          if (!cursor) return resolve();
          bytes += sizeOf(cursor.value);
          cursor.continue();
        };
      });
    }
    database.close();
  }
  return bytes;
}

/** Private memory of the browser's processes that show pages, in MB. */
function memoryOf(profile: string): number {
  const pids = execFileSync(
    'pgrep',
    ['-f', `type=renderer.*user-data-dir=${profile}|user-data-dir=${profile}.*type=renderer`],
    {
      encoding: 'utf8',
    },
  );
  const kilobytes = pids
    .split('\n')
    .filter(Boolean)
    .map((pid) => {
      try {
        const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
        return [...text.matchAll(/^Private_\w+:\s+(\d+) kB$/gm)].reduce((sum, [, kB]) => sum + Number(kB), 0);
      } catch {
        // Ended between the listing and the look.
        return 0;
      }
    });
  return (Math.max(0, ...kilobytes) * 1_024) / MEGABYTE;
}

function watchMemory(profile: string): { readonly stop: () => Promise<number> } {
  let most = 0;
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      most = Math.max(most, memoryOf(profile));
      await sleep(MEMORY_EVERY_MS);
    }
  })();
  return {
    async stop() {
      isOver = true;
      await watching;
      return most;
    },
  };
}
