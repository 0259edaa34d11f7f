/** A device that has no room: said by name, nothing half written, and the same import works once there is some. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { buildCsv } from '../builders/csv.ts';
import { readImports } from '../builders/device-storage.ts';
import { addContact, contactTotal, startCheck, writeImport } from '../builders/pages.ts';
import { expect, test } from '../builders/spec.ts';

const FULL = 'The storage of this device is full. Nothing was written.';

// The app's own cache would be counted too.
test.use({ serviceWorkers: 'block' });

// The relay serves the app.
test.beforeEach(({ relay }) => {
  expect(relay.url).toMatch(/^http/);
});

interface List {
  readonly file: string;
  readonly sizeBytes: number;
  readonly people: number;
}

async function writeList(folder: string): Promise<List> {
  const list = buildCsv({ rows: 60_000, seed: 11, doubles: 0 });
  const file = join(folder, 'customers.csv');
  const bytes = await list.file.bytes();
  await writeFile(file, bytes);
  return { file, sizeBytes: bytes.length, people: list.people };
}

/**
 * Opens the app on a device with so little room. Before its first write: Chromium looks for what is left only when half
 * a minute has passed, or when that was not enough.
 */
async function openWith(page: Page, quotaSize: number): Promise<() => Promise<void>> {
  await page.goto('/healthz');
  const session = await page.context().newCDPSession(page);
  const { origin } = new URL(page.url());
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize });
  await page.goto('/contacts');
  await addContact(page, { name: 'Ana Lima', phone: '+5511987654321' });
  return async () => void (await session.send('Storage.overrideQuotaForOrigin', { origin }));
}

test('[APP-4] [IMP-9] no room for the file: said by name, nothing kept; with room the same import works', async ({
  page,
  folder,
}) => {
  test.setTimeout(180_000);
  const { file, sizeBytes, people } = await writeList(folder);
  const lift = await openWith(page, Math.round(sizeBytes * 0.7));
  await startCheck(page, file, { country: 'CN' });
  await expect(page.getByRole('alert')).toContainText(FULL, { timeout: 60_000 });
  // What is here stays readable, and nothing of the file is: no contact, no import in the list, no group.
  expect(await contactTotal(page)).toBe(1);
  await expect(page.getByText('customers.csv')).toHaveCount(0);
  await page.goto('/groups');
  await page.getByRole('link', { name: 'Default group' }).waitFor();
  await expect(page.getByRole('link', { name: 'Fair' })).toHaveCount(0);

  await lift();
  await startCheck(page, file, { country: 'CN' });
  expect(await writeImport(page)).toBe(people);
  expect(await contactTotal(page)).toBe(people + 1);
});

test('[APP-4] [IMP-9] hardly more room than the file takes: said by name, nothing half written, and it is done once there is room', async ({
  page,
  folder,
}) => {
  test.setTimeout(180_000);
  const { file, sizeBytes, people } = await writeList(folder);
  const lift = await openWith(page, Math.round(sizeBytes * 1.15));
  await startCheck(page, file, { country: 'CN' });
  await expect(page.getByRole('alert')).toContainText(FULL, { timeout: 60_000 });
  expect(await contactTotal(page)).toBe(1);
  // Chromium counts what is left now and then only, so it refuses the copy of the file or a slice of what was read from it.
  const isKept = (await readImports(page)).length > 0;
  if (isKept) {
    await page.getByText('The import of customers.csv stopped').waitFor();
    await page.getByText('The storage of this device is full.').waitFor();
  } else await expect(page.getByText('customers.csv')).toHaveCount(0);

  await lift();
  if (isKept) await page.getByRole('link', { name: 'Go on' }).click();
  else await startCheck(page, file, { country: 'CN' });
  expect(await writeImport(page)).toBe(people);
  expect(await contactTotal(page)).toBe(people + 1);
});
