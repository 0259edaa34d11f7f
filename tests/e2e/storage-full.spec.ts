/** A device that has no room: said by name, nothing half written, and the same import works once there is some. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { openBrowser } from '../builders/browser.ts';
import { mulberry32 } from '../builders/csv.ts';
import { readImports } from '../builders/device-storage.ts';
import { addContact, contactTotal, startCheck, writeImport } from '../builders/pages.ts';
import { expect, test } from '../builders/spec.ts';

const FULL = 'The storage of this device is full. Nothing was written.';
const PEOPLE = 40_000;

interface SmallDevice {
  readonly page: Page;
  readonly list: string;
  /** From now on there is room. */
  readonly lift: () => Promise<void>;
}

/** Names that no compression makes smaller: what is read from the list takes two thirds of the room that the list takes. */
function buildList(): Buffer {
  const random = mulberry32(12);
  const noise = () => Array.from({ length: 24 }, () => Math.floor(random() * 2 ** 32).toString(36)).join('');
  const rows = Array.from({ length: PEOPLE }, (_, at) => `${noise()},+86138${String(at).padStart(8, '0')}`);
  return Buffer.from(`Name,Phone\n${rows.join('\n')}\n`);
}

/**
 * The app in use, with one contact, on a disk that has room for so many times the list. A profile on the disk, since
 * Chromium counts in memory otherwise; opened anew, since it goes by the room that it found for half a minute.
 */
async function openSmallDevice(origin: string, folder: string, lists: number): Promise<SmallDevice> {
  const bytes = buildList();
  const list = join(folder, 'customers.csv');
  await writeFile(list, bytes);
  const profile = join(folder, 'profile');
  const before = await openBrowser(profile);
  await before.page.goto(`${origin}/contacts`);
  await addContact(before.page, { name: 'Ana Lima', phone: '+5511987654321' });
  await before.close();

  const { page } = await openBrowser(profile);
  await page.goto(`${origin}/healthz`);
  const used = await page.evaluate(async () => (await navigator.storage.estimate()).usage ?? 0);
  const session = await page.context().newCDPSession(page);
  const quotaSize = used + Math.round(bytes.length * lists);
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize });
  await page.goto(`${origin}/contacts`);
  return { page, list, lift: async () => void (await session.send('Storage.overrideQuotaForOrigin', { origin })) };
}

test('[APP-4] [IMP-9] no room for the file: said by name, nothing kept; with room the same import works', async ({
  relay,
  folder,
}) => {
  const { page, list, lift } = await openSmallDevice(relay.url, folder, 0.7);
  await startCheck(page, list, { country: 'CN' });
  await expect(page.getByRole('alert')).toContainText(FULL, { timeout: 60_000 });
  // What is here stays readable, and nothing of the file is: no contact, no import in the list, no group.
  expect(await contactTotal(page)).toBe(1);
  await expect(page.getByText('customers.csv')).toHaveCount(0);
  await page.goto(`${relay.url}/groups`);
  await page.getByRole('link', { name: 'Default group' }).waitFor();
  await expect(page.getByRole('link', { name: 'Fair' })).toHaveCount(0);

  await lift();
  await startCheck(page, list, { country: 'CN' });
  expect(await writeImport(page)).toBe(PEOPLE);
  expect(await contactTotal(page)).toBe(PEOPLE + 1);
  await page.context().close();
});

test('[APP-4] [IMP-9] room for the file, but not for what is read from it: it stops, says so, and goes on once there is room', async ({
  relay,
  folder,
}) => {
  const { page, list, lift } = await openSmallDevice(relay.url, folder, 1.3);
  await startCheck(page, list, { country: 'CN' });
  await expect(page.getByRole('alert')).toContainText(FULL, { timeout: 60_000 });
  expect(await contactTotal(page)).toBe(1);
  const [kept] = await readImports(page);
  expect(kept).toMatchObject({ phase: 'checking', blocksStray: 0, blocksSound: kept?.blocksNamed });
  expect(kept?.chunkRows).toBe((kept?.rowsDone ?? 0) - 1);
  expect(kept?.chunkRows).toBeLessThan(PEOPLE);
  await page.getByText('The import of customers.csv stopped').waitFor();
  await page.getByText('The storage of this device is full.').waitFor();

  await lift();
  await page.getByRole('link', { name: 'Go on' }).click();
  expect(await writeImport(page)).toBe(PEOPLE);
  expect(await contactTotal(page)).toBe(PEOPLE + 1);
  await page.context().close();
});
