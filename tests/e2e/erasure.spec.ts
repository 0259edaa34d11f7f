/** Somebody is erased on one device; the other, which was away, lets go as it comes back. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { claimRelay, contactTotal, importFile } from '../builders/pages.ts';
import { expect, test } from '../builders/spec.ts';

const LIST = 'Name,Phone\nAna Lima,+8613800138000\nLi Na,+8613800138001\nNoah Smith,+8613800138002\n';

const expectShared = (page: Page) =>
  expect(page.getByRole('button', { name: 'Shared with the team' })).toBeVisible({ timeout: 30_000 });

async function linkFrom(page: Page): Promise<string> {
  await page.goto('/settings/relay');
  await page.getByRole('button', { name: 'Connect another device' }).click();
  return (await page.getByRole('dialog').locator('code').innerText()).trim();
}

async function showBin(page: Page): Promise<void> {
  await page.goto('/contacts');
  await page.getByRole('button', { name: /^Status:/ }).click();
  await page.getByRole('menuitemcheckbox', { name: 'In the bin' }).click();
}

test('[CON-10] deleted, then erased for good: gone on both devices, and a later import makes a new contact', async ({
  page,
  context,
  relay,
  folder,
  browser,
}) => {
  const list = join(folder, 'visitors.csv');
  await writeFile(list, LIST);
  await page.goto('/contacts');
  await claimRelay(page, relay.claimToken ?? '');
  await importFile(page, list, { group: 'Fair' });
  await page.goto('/contacts');
  await expectShared(page);

  const second = await browser.newContext({ locale: 'en-GB' });
  const other = await second.newPage();
  await other.goto(await linkFrom(page));
  await other.getByRole('button', { name: 'Sign in' }).click();
  await other.waitForURL('**/contacts');
  await expect(other.getByRole('grid')).toContainText('Li Na', { timeout: 30_000 });
  await second.setOffline(true);

  await page.goto('/contacts');
  await page.getByRole('gridcell', { name: 'Li Na', exact: true }).click();
  await page
    .getByRole('complementary')
    .getByRole('button', { name: /^More about/ })
    .click();
  await page.getByRole('menuitem', { name: 'Delete contact', exact: true }).click();
  await page.getByText('Li Na deleted').waitFor();

  await showBin(page);
  await page.getByRole('gridcell', { name: 'Li Na', exact: true }).click();
  // Without the relay it cannot be done, and says so.
  await context.setOffline(true);
  await page.getByRole('button', { name: 'Erase for good' }).click();
  const question = page.getByRole('alertdialog');
  await expect(question).toContainText('This needs a connection to the relay.');
  await expect(question.getByRole('button', { name: 'Erase for good' })).toBeDisabled();
  await context.setOffline(false);
  await question.getByRole('button', { name: 'Erase for good' }).click();
  await page.getByText('Erased. Devices follow as they connect.').waitFor();
  await expect(page.getByText('Li Na')).toHaveCount(0, { timeout: 30_000 });

  await expect(other.getByRole('grid')).toContainText('Li Na');
  await second.setOffline(false);
  await expect(other.getByText('Li Na')).toHaveCount(0, { timeout: 30_000 });
  expect(await contactTotal(other)).toBe(2);

  await importFile(page, list, { group: 'Fair' });
  expect(await contactTotal(page)).toBe(3);
  await expect.poll(() => contactTotal(other), { timeout: 30_000 }).toBe(3);
  await second.close();
});
