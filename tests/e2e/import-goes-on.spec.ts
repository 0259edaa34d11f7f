/** An import whose tab was closed goes on when the app opens again: after the first rows, in one tab, without a word. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrowserContext, Page } from '@playwright/test';
import { buildCsv } from '../builders/csv.ts';
import { addContact, contactTotal, startCheck, writeImport } from '../builders/pages.ts';
import { aloneTest as test, expect } from '../builders/spec.ts';

/** Some seconds of work: enough to be left in its midst. */
const ROWS = 240_000;

// The relay serves the app.
test.beforeEach(({ relay }) => {
  expect(relay.url).toMatch(/^http/);
});

/** Begins to check a large list and closes the tab as soon as some of it is kept. */
async function leaveInMidst(page: Page, folder: string): Promise<number> {
  const list = buildCsv({ rows: ROWS, seed: 7, doubles: 0 });
  const file = join(folder, 'customers.csv');
  await writeFile(file, await list.file.bytes());
  await page.goto('/contacts');
  await addContact(page, { name: 'Ana Lima', phone: '+5511987654321' });
  await startCheck(page, file, { country: 'CN' });
  await page.getByRole('button', { name: /^New: [1-9]/ }).waitFor();
  await page.close();
  return list.people;
}

/** Notes when the first row stands, before any script of the page runs. */
async function openContacts(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  await page.addInitScript(() => {
    const watch = new MutationObserver(() => {
      if (!document.querySelector('[role=grid]')?.textContent.includes('Ana Lima')) return;
      watch.disconnect();
      performance.mark('first-row');
    });
    watch.observe(document, { childList: true, subtree: true, characterData: true });
  });
  await page.goto('/contacts');
  await page.getByRole('grid').getByText('Ana Lima', { exact: true }).waitFor();
  return page;
}

const importWorkers = (page: Page) => page.workers().filter((worker) => worker.url().includes('import.worker'));
const running = (page: Page) => page.getByText('customers.csv is being checked');
const ready = (page: Page) => page.getByText('customers.csv is checked and waits for your word');

test('[IMP-9] after a closed tab it goes on by itself, after the first rows; nothing is lost, nothing twice', async ({
  page,
  context,
  folder,
}) => {
  test.setTimeout(180_000);
  const people = await leaveInMidst(page, folder);
  const next = await openContacts(context);
  await running(next).waitFor();
  await expect(next.getByRole('progressbar', { name: 'Progress of the check' })).toBeVisible({ timeout: 30_000 });
  await ready(next).waitFor({ timeout: 120_000 });
  const [rowAt, workerAt] = await next.evaluate(() => [
    performance.getEntriesByName('first-row')[0]?.startTime ?? Infinity,
    performance.getEntriesByType('resource').find(({ name }) => name.includes('import.worker'))?.startTime ?? -1,
  ]);
  expect(workerAt).toBeGreaterThan(rowAt ?? Infinity);

  await next.getByRole('link', { name: 'Look' }).click();
  expect(await writeImport(next)).toBe(people);
  expect(await contactTotal(next)).toBe(people + 1);
});

test('[IMP-9] of two tabs one goes on, the other waits behind it, and both say what came of it', async ({
  page,
  context,
  folder,
}) => {
  test.setTimeout(180_000);
  await leaveInMidst(page, folder);
  const [one, other] = [await openContacts(context), await openContacts(context)];
  await running(one).waitFor();
  await running(other).waitFor();
  await expect.poll(() => importWorkers(other).length).toBe(1);
  const locks = await one.evaluate(async () => {
    const { held = [], pending = [] } = await navigator.locks.query();
    const count = (list: readonly LockInfo[]) => list.filter(({ name }) => name?.includes('.import.')).length;
    return { held: count(held), pending: count(pending) };
  });
  expect(locks.held).toBeLessThanOrEqual(1);
  expect(locks.held + locks.pending).toBeLessThanOrEqual(2);
  await ready(one).waitFor({ timeout: 120_000 });
  await ready(other).waitFor({ timeout: 30_000 });
});

test('[IMP-9] given up from the list while it goes on, nothing of it remains', async ({ page, context, folder }) => {
  test.setTimeout(180_000);
  await leaveInMidst(page, folder);
  const next = await openContacts(context);
  await running(next).waitFor();
  await next.getByRole('button', { name: 'Discard' }).click();
  await next.getByText('Import discarded. Nothing of it remains.').waitFor();
  await expect(running(next)).toHaveCount(0);
  await next.reload();
  expect(await contactTotal(next)).toBe(1);
  await next.waitForTimeout(1_500);
  await expect(next.getByText('customers.csv')).toHaveCount(0);
});

test('[IMP-9] with nothing unfinished the import worker is not loaded', async ({ page, context }) => {
  await page.goto('/contacts');
  await addContact(page, { name: 'Ana Lima', phone: '+5511987654321' });
  const next = await openContacts(context);
  // Well after the documents and the relay's first answer.
  await next.getByRole('button', { name: 'Relay waits for its owner' }).waitFor();
  await next.waitForTimeout(1_500);
  expect(importWorkers(next)).toEqual([]);
});
