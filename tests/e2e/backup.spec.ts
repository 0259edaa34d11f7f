/** A workspace saved to a file, wiped and restored; and one begun alone that is brought into a team's. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { buildCsv } from '../builders/csv.ts';
import { addContact, claimRelay, contactTotal, importFile } from '../builders/pages.ts';
import { expect, test } from '../builders/spec.ts';

const SHARED = { name: 'Shared with the team' };

async function csvOf(folder: string, rows: number): Promise<string> {
  const file = join(folder, `people-${String(rows)}.csv`);
  await writeFile(file, await buildCsv({ rows, seed: 5, doubles: 0 }).file.bytes());
  return file;
}

async function linkOf(page: Page): Promise<string> {
  await page.goto('/settings/relay');
  await page.getByRole('button', { name: 'Connect another device' }).click();
  const link = (await page.getByRole('dialog').locator('code').innerText()).trim();
  await page.keyboard.press('Escape');
  return link;
}

test('[APP-4] [SYN-8] 2,000 contacts are saved to a file, wiped, restored, and go on being shared', async ({
  page,
  relay,
  folder,
}) => {
  await page.goto('/contacts');
  await importFile(page, await csvOf(folder, 2_000), { group: 'Fair', country: 'CN' });
  await claimRelay(page, relay.claimToken ?? '');
  await page.goto('/contacts');
  await expect(page.getByRole('button', SHARED)).toBeVisible({ timeout: 30_000 });
  const link = await linkOf(page);

  await page.goto('/settings/device');
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save a backup' }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toMatch(/^fieldcast-Expo-team-\d{4}-\d{2}-\d{2}\.fieldcast$/);
  const file = join(folder, 'saved.fieldcast');
  await download.saveAs(file);

  await page.getByRole('button', { name: 'Wipe this device' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Wipe' }).click();
  // The app starts anew by itself.
  await page.waitForURL('**/contacts');
  await expect.poll(() => contactTotal(page), { timeout: 30_000 }).toBe(0);

  // A file that is none, and one that broke off: a sentence, and nothing happens.
  await page.goto('/settings/device');
  const input = page.locator('input[type=file]');
  await input.setInputFiles({ name: 'x.fieldcast', mimeType: '', buffer: Buffer.from('name,phone') });
  await expect(page.getByText('It is not a Fieldcast backup.')).toBeVisible();
  const cut = (await readFile(file)).subarray(0, -10);
  await input.setInputFiles({ name: 'x.fieldcast', mimeType: '', buffer: cut });
  await expect(page.getByText('Its end is missing')).toBeVisible();

  await input.setInputFiles(file);
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('heading', { name: 'Restore a backup of 2,000 contacts?' })).toBeVisible();
  await dialog.getByRole('button', { name: 'Restore' }).click();
  await page.waitForURL('**/contacts');
  await expect.poll(() => contactTotal(page), { timeout: 30_000 }).toBe(2_000);
  await page.goto('/groups');
  await expect(page.getByText('Fair')).toBeVisible();

  // Another device by now: it signs in for itself, and what it writes is shared.
  await page.goto(link);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL('**/contacts');
  await addContact(page, { name: 'Ana Lima', phone: '+5511987654321' });
  await expect(page.getByRole('button', SHARED)).toBeVisible({ timeout: 30_000 });
  expect(await contactTotal(page)).toBe(2_001);

  // The same file again: nothing is missing, nothing is doubled.
  await page.goto('/settings/device');
  await input.setInputFiles(file);
  await dialog.getByRole('button', { name: 'Add what is missing' }).click();
  await expect(page.getByText('0 changes from the backup were missing here')).toBeVisible();
  expect(await contactTotal(page)).toBe(2_001);
});

test('[SYN-1] a workspace begun alone is brought into the one that is joined by a link', async ({
  page,
  relay,
  folder,
  browser,
}) => {
  await page.goto('/contacts');
  await importFile(page, await csvOf(folder, 500), { group: 'Fair', country: 'CN' });
  await claimRelay(page, relay.claimToken ?? '');
  const link = await linkOf(page);

  const second = await browser.newContext({ locale: 'en-GB' });
  try {
    const other = await second.newPage();
    await other.goto(new URL('/contacts', page.url()).href);
    await importFile(other, await csvOf(folder, 100), { group: 'Street', country: 'CN' });
    await other.goto(new URL('/contacts', page.url()).href);
    await addContact(other, { name: 'Jana Nováková', phone: '+420777123456' });
    await other.goto(link);
    await other.getByRole('button', { name: 'Sign in' }).click();
    await other.waitForURL('**/settings/device#bring-in');
    const dialog = other.getByRole('dialog');
    await expect(dialog.getByRole('heading', { name: 'Bring “Fieldcast” into “Expo team”?' })).toBeVisible();
    const write = dialog.getByRole('button', { name: 'Bring in 101 contacts' });
    // What the team has comes meanwhile; then the figures are counted again before anything is written.
    await expect(async () => {
      if (await dialog.isVisible()) await write.click({ timeout: 2_000 });
      await expect(dialog).toHaveCount(0, { timeout: 2_000 });
    }).toPass({ timeout: 30_000 });
    await expect.poll(() => contactTotal(other), { timeout: 30_000 }).toBe(501);
    await expect.poll(() => contactTotal(page), { timeout: 30_000 }).toBe(501);
    await other.goto('/groups');
    await expect(other.getByText('Street')).toBeVisible();

    // The other one stays until it is wiped.
    await other.goto('/settings/device');
    await other.getByRole('button', { name: 'More for Fieldcast' }).click();
    await other.getByRole('menuitem', { name: 'Wipe from this device' }).click();
    await other.getByRole('alertdialog').getByRole('button', { name: 'Wipe' }).click();
    await expect(other.getByText('Workspaces on this device')).toHaveCount(0);
  } finally {
    await second.close();
  }
});
