/** What is chosen of a list stays: its columns on the device, as a view under an address, as a dynamic group. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { importFile } from '../builders/pages.ts';
import { expect, aloneTest as test } from '../builders/spec.ts';

test('[CON-6] [GRP-5] [GRP-2] columns stay, a view comes back by its address, a dynamic group follows its conditions', async ({
  page,
  relay,
  folder,
}) => {
  expect(relay.url).toMatch(/^http/);
  await page.goto('/contacts');
  const list = join(folder, 'list.csv');
  await writeFile(
    list,
    'Name,Phone,Email\nAna,+8613800138000,ana@example.com\nBea,+8613800138001,\nCy,+8613800138002,\n',
  );
  await importFile(page, list, { group: 'Fair' });
  await page.goto('/contacts');
  const heads = page.getByRole('columnheader');
  const grid = page.getByRole('grid');

  await page.getByRole('button', { name: 'Columns' }).click();
  await page.getByRole('button', { name: 'Move Phone left' }).click();
  await page.getByRole('switch', { name: 'Status' }).click();
  await page.keyboard.press('Escape');
  await page.reload();
  await expect(heads.nth(1)).toHaveText('Phone');
  await expect(heads.filter({ hasText: 'Status' })).toHaveCount(0);

  await page.getByRole('columnheader', { name: 'Name' }).getByRole('button').click();
  await page.getByRole('button', { name: /^Group: / }).click();
  await page.getByRole('menuitemcheckbox', { name: 'Fair' }).click();
  await page.getByRole('button', { name: 'More for views' }).click();
  await page.getByRole('menuitem', { name: 'Save as a view' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Fair by name');
  await page.getByRole('button', { name: 'Save view' }).click();
  await page.waitForURL(/view=/);
  await page.reload();
  await expect(page.getByRole('columnheader', { name: 'Name' })).toHaveAttribute('aria-sort', 'ascending');
  await expect(page.getByRole('button', { name: 'Save changes' })).toHaveCount(0);

  await page.getByRole('button', { name: 'More for views' }).click();
  await page.getByRole('menuitem', { name: 'Save as a dynamic group' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Active of the fair');
  await page.getByRole('button', { name: 'Create group' }).click();
  await page.waitForURL(/\/groups\//);
  await expect(grid).toHaveAttribute('aria-rowcount', '4');
  await expect(page.getByRole('link', { name: 'Import' })).toHaveCount(0);

  await page.goto('/groups');
  await expect(page.getByRole('listitem').filter({ hasText: 'Active of the fair' })).toContainText('3 contacts');
  await page.getByRole('button', { name: 'More for Fair' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await expect(page.getByRole('alertdialog')).toContainText('Dynamic group Active of the fair');
  await expect(page.getByRole('alertdialog')).toContainText('View Fair by name');
  await page.getByRole('button', { name: 'Delete group' }).click();
  // The dialog names the group in a list of its own until it is gone.
  await expect(page.getByRole('alertdialog')).toHaveCount(0);
  await expect(page.getByRole('listitem').filter({ hasText: 'Active of the fair' })).toContainText('Incomplete');
});
