/**
 * How long an import takes, by the page's own clock: ours through the wizard, and the naive way in the same browser:
 * Papa Parse on the main thread into Dexie `bulkPut`, 1,000 rows a call, with indexes on phone, name, changed time and groups.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { openBrowser } from '../builders/browser.ts';
import { buildCsv } from '../builders/csv.ts';
import { contactTotal, startCheck } from '../builders/pages.ts';
import { ROOT } from '../builders/relay-process.ts';

const LONGEST_MS = 600_000;

export interface ImportTimes {
  /** From the file's being given to the exact figures. */
  readonly checkSeconds: number;
  /** From the tap to searchable and durable. */
  readonly writeSeconds: number;
  /** By the page's clock, when the check was asked for. */
  readonly askedMs: number;
}

export async function importTimed(page: Page, file: string, people: number): Promise<ImportTimes> {
  await page.addInitScript(recordMoments);
  await startCheck(page, file, { country: 'CN' });
  const button = page.getByRole('button', { name: /^Import [\d,]+ contacts$/ });
  await button.click({ timeout: LONGEST_MS });
  await page.getByRole('heading', { name: /contacts imported$/ }).waitFor({ timeout: 60_000 });
  const [asked, exact, tapped, written] = await page.evaluate(momentsOf, [
    ['click', '^Check the file$'],
    ['heading', '^This is what will happen$'],
    ['click', '^Import [\\d,]+ contacts$'],
    ['heading', 'contacts imported$'],
  ] as const);
  // Searchable: the list answers with all of them in this same visit, without reading anything again.
  await page
    .getByRole('link', { name: 'Show contacts' })
    .or(page.getByRole('button', { name: 'Show contacts' }))
    .click();
  const total = await contactTotal(page);
  if (total < people) throw new Error(`only ${String(total)} of ${String(people)} contacts arrived`);
  return { checkSeconds: (exact - asked) / 1_000, writeSeconds: (written - tapped) / 1_000, askedMs: asked };
}

interface Recording {
  moments?: { readonly kind: string; readonly text: string; readonly at: number }[];
}

/** In the page, by its own clock, as the naive way is timed too: what was clicked, and when a heading stood first. */
function recordMoments(): void {
  const moments: NonNullable<Recording['moments']> = [];
  (globalThis as Recording).moments = moments;
  const note = (kind: string, text: string) => moments.push({ kind, text: text.trim(), at: performance.now() });
  addEventListener(
    'click',
    ({ target }) => note('click', (target instanceof Element && target.closest('button')?.textContent) || ''),
    true,
  );
  const seen = new Set<string>();
  new MutationObserver(() => {
    for (const heading of document.querySelectorAll('h1, h2, h3')) {
      const text = heading.textContent ?? '';
      if (seen.has(text)) continue;
      seen.add(text);
      note('heading', text);
    }
  }).observe(document, { subtree: true, childList: true, characterData: true });
}

function momentsOf(wanted: readonly (readonly [kind: string, text: string])[]): [number, number, number, number] {
  const { moments = [] } = globalThis as Recording;
  const found = wanted.map(
    ([kind, text]) => moments.find((moment) => moment.kind === kind && new RegExp(text).test(moment.text))?.at ?? NaN,
  );
  return found as [number, number, number, number];
}

/** Seconds a row, of so many; in a browser of its own. */
export async function naivePerRow(folder: string, url: string, rows: number): Promise<number> {
  const file = join(folder, 'naive.csv');
  await writeFile(file, await buildCsv({ rows, seed: 1 }).file.bytes());
  const browser = await openBrowser(join(folder, 'naive'), { bypassCsp: true });
  await browser.page.goto(`${url}/healthz`);
  const seconds = await naiveSeconds(browser.page, file);
  await browser.close();
  return seconds / rows;
}

export async function naiveSeconds(page: Page, file: string): Promise<number> {
  for (const library of ['node_modules/papaparse/papaparse.min.js', 'node_modules/dexie/dist/dexie.min.js'])
    await page.addScriptTag({ path: join(ROOT, library) });
  await page.evaluate(() =>
    document.body.replaceChildren(Object.assign(document.createElement('input'), { type: 'file' })),
  );
  await page.locator('input[type=file]').setInputFiles(file);
  return page.evaluate(async () => {
    interface Papa {
      parse: (file: File, options: object) => void;
    }
    interface Table {
      bulkPut: (rows: object[]) => Promise<unknown>;
    }
    const { Papa, Dexie } = globalThis as unknown as {
      Papa: Papa;
      Dexie: new (name: string) => {
        version: (n: number) => { stores: (s: object) => void };
        table: (name: string) => Table;
      };
    };
    const database = new Dexie(`naive-${String(performance.now())}`);
    database.version(1).stores({ contacts: '++id, phone, name, changedAt, *groups' });
    const input = document.querySelector('input');
    const given = input?.files?.[0];
    if (!given) throw new Error('no file');
    const started = performance.now();
    const rows = await new Promise<Record<string, string>[]>((resolve) => {
      Papa.parse(given, {
        header: true,
        skipEmptyLines: true,
        complete: (result: { data: Record<string, string>[] }) => resolve(result.data),
      });
    });
    const contacts = rows.map((row) => ({
      ...row,
      name: row['Name'],
      phone: row['Mobile'],
      changedAt: Date.now(),
      groups: ['fair'],
    }));
    for (let from = 0; from < contacts.length; from += 1_000)
      await database.table('contacts').bulkPut(contacts.slice(from, from + 1_000));
    return (performance.now() - started) / 1_000;
  });
}
