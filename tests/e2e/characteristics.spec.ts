/** Columns that no field fits become characteristics, tags, and addresses of lines and channels: imported, seen, written in place, filtered, exported, brought back. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { figureOf, importFile, startCheck } from '../builders/pages.ts';
import { aloneTest as test, expect } from '../builders/spec.ts';

// The relay serves the app.
test.beforeEach(({ relay }) => {
  expect(relay.url).toMatch(/^http/);
});

const LIST = [
  'Name,Phone,City,Points,Tags,Phone@shop',
  'Ana Lima,+8613800138000,São Paulo,"1,200",VIP; press,+420 777 123 457',
  'Marek Novák,+420777123456,Praha,90,,',
  '张三,+8613800138001,上海,,老客户、vip,',
].join('\n');

test('[IMP-4] [CON-6] [IMP-13] a list of one’s own columns loses nothing, and comes back from its export', async ({
  page,
  folder,
}) => {
  const file = join(folder, 'people.csv');
  await writeFile(file, LIST);
  await page.goto('/contacts');
  expect(await importFile(page, file, { group: 'Fair' })).toBe(3);

  await page.goto('/contacts');
  await page.getByRole('gridcell', { name: 'Ana Lima', exact: true }).click();
  const panel = page.getByRole('complementary');
  await panel.getByRole('button', { name: 'City: São Paulo. Change' }).click();
  await panel.getByRole('textbox', { name: 'City' }).fill('=Rio');
  await page.keyboard.press('Enter');
  await expect(panel.getByRole('button', { name: 'City: =Rio. Change' })).toBeVisible();
  await panel.getByRole('button', { name: 'Remove press' }).click();
  await panel.getByRole('button', { name: 'Add tag' }).click();
  await panel.getByLabel('New tag').fill('speaker');
  await page.keyboard.press('Enter');
  await expect(panel.getByText('speaker', { exact: true }).first()).toBeVisible();
  await expect(panel.getByText('press removed')).toBeVisible();
  await expect(panel.getByRole('button', { name: 'Phone · shop: +420 777 123 457. Change' })).toBeVisible();
  await panel.getByRole('button', { name: 'Add address' }).click();
  await panel.getByLabel('What is added').selectOption({ label: 'WeChat openid' });
  await panel.getByLabel('Code of the channel').fill('oa1');
  await panel.getByLabel('WeChat openid', { exact: true }).fill('o6_bmjrPTlm6');
  await page.keyboard.press('Enter');
  await expect(panel.getByRole('button', { name: 'WeChat openid · oa1: o6_bmjrPTlm6. Change' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Filter contacts' });
  await dialog.getByLabel('Field').selectOption({ label: 'Points' });
  await dialog.getByLabel('Comparison').selectOption({ label: 'is greater than' });
  await dialog.getByLabel('Value').fill('100');
  await expect(dialog.getByRole('status')).toHaveText('1 contact matches');
  await dialog.getByLabel('Field').selectOption({ label: 'Tags' });
  await dialog.getByRole('combobox', { name: 'Value' }).fill('vip');
  await page.getByRole('option', { name: 'VIP' }).click();
  await page.keyboard.press('Escape');
  await expect(dialog.getByRole('status')).toHaveText('2 contacts match');
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'More', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Export' }).click();
  const downloading = page.waitForEvent('download');
  await page.getByRole('dialog').getByRole('button', { name: 'Export 3 contacts' }).click();
  const exported = await readFile(await (await downloading).path(), 'utf8');
  expect(exported).toContain("'=Rio");
  expect(exported).toContain('Phone@shop,OpenID@oa1,');
  const again = join(folder, 'again.csv');
  await writeFile(again, exported);
  await startCheck(page, again, { group: 'Fair', conflicts: 'Overwrite' });
  await page.getByRole('heading', { name: 'This is what will happen' }).waitFor();
  expect(await figureOf(page, 'Unchanged')).toBe(3);
});
