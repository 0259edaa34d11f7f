/** The pages of contacts and groups as a person uses them, by hand and by keys alone. */
import { join } from 'node:path';
import { readFile, writeFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { addContact, contactTotal, figureOf, importFile, startCheck } from '../builders/pages.ts';
import { aloneTest as test, expect } from '../builders/spec.ts';

const PEOPLE = 300;

async function importPeople(page: Page, folder: string): Promise<void> {
  const rows = Array.from({ length: PEOPLE }, (_, index) => {
    const number = String(index).padStart(3, '0');
    return `Person ${number},+447911123${number},person${number}@example.com`;
  });
  const file = join(folder, 'people.csv');
  await writeFile(file, ['Name,Phone,Email', ...rows].join('\n'));
  await page.goto('/contacts');
  await importFile(page, file, { group: 'Fair' });
  await page.goto('/contacts');
  await page
    .getByRole('row', { name: /Person/ })
    .first()
    .waitFor();
}

// The relay serves the app.
test.beforeEach(({ relay }) => {
  expect(relay.url).toMatch(/^http/);
});

const row = (page: Page, index: number) => page.locator(`[data-row="${String(index)}"]`);

test('[CON-2] one key is enough, what is wrong stands beside its field, who is here already is opened', async ({
  page,
}) => {
  await page.goto('/contacts');
  await addContact(page, { name: 'Anna', phone: '+44 7911 123456' });
  expect(await contactTotal(page)).toBe(1);

  await page.getByRole('button', { name: 'Add', exact: true }).click();
  const dialog = page.getByRole('dialog');
  const save = dialog.getByRole('button', { name: 'Add contact', exact: true });
  await save.click();
  await expect(dialog.getByText('Fill in a phone number, an email or a user ID.')).toBeVisible();
  await dialog.getByLabel('Phone', { exact: true }).fill('12');
  await dialog.getByLabel('Email', { exact: true }).fill('nobody');
  await save.click();
  await expect(dialog.getByText(/Too short for a phone number/)).toBeVisible();
  await expect(dialog.getByText(/Not a valid email/)).toBeVisible();

  await dialog.getByLabel('Email', { exact: true }).fill('');
  await dialog.getByLabel('Phone', { exact: true }).fill('07911 123456');
  await dialog.getByLabel('Country or region').selectOption('GB');
  await save.click();
  await expect(page.getByText('Anna is here already. Nothing was changed.')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Anna' })).toBeVisible();
  expect(await contactTotal(page)).toBe(1);
});

test('[CON-5] found by the last digits, sorted both ways, and somebody who is not there is said', async ({
  page,
  folder,
}) => {
  await importPeople(page, folder);
  await page.keyboard.press('/');
  await page.keyboard.type('1123 042');
  await expect(row(page, 0)).toContainText('Person 042');
  await expect(row(page, 1)).toHaveCount(0);
  await page.keyboard.press('Escape');

  const name = page.getByRole('columnheader', { name: 'Name' });
  await name.getByRole('button').click();
  await expect(name).toHaveAttribute('aria-sort', 'ascending');
  await expect(row(page, 0)).toContainText('Person 000');
  await name.getByRole('button').click();
  await expect(name).toHaveAttribute('aria-sort', 'descending');
  await expect(row(page, 0)).toContainText('Person 299');

  await page.getByRole('searchbox').fill('nobody at all');
  await expect(page.getByRole('heading', { name: 'Nobody matches' })).toBeVisible();
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await expect(row(page, 0)).toContainText('Person 299');
});

test('[CON-9] by keys alone: a stretch is selected, joins a new group, and undo takes it out again', async ({
  page,
  folder,
}) => {
  await importPeople(page, folder);
  await row(page, 0).focus();
  await page.keyboard.press('x');
  for (let step = 0; step < 4; step += 1) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Shift+Space');
  await expect(page.getByText('5 selected')).toBeVisible();

  await page.getByRole('button', { name: 'Add to group' }).press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('combobox').pressSequentially('Breakfast');
  await page.getByRole('option', { name: /Breakfast/ }).waitFor();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await dialog.getByRole('button', { name: 'Add to group' }).press('Enter');
  await expect(page.getByText('5 contacts added to Breakfast')).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();

  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Groups' }).click();
  await expect(page.getByRole('listitem').filter({ hasText: 'Breakfast' })).toContainText('0 contacts');
  await expect(page.getByRole('listitem').filter({ hasText: 'Fair' })).toContainText('300 contacts');
});

test('[CON-9] Escape gives the selection up, and enters no dialog', async ({ page, folder }) => {
  await importPeople(page, folder);
  await row(page, 2).getByRole('checkbox').click();
  await row(page, 6)
    .getByRole('checkbox')
    .click({ modifiers: ['Shift'] });
  await expect(page.getByText('5 selected')).toBeVisible();
  await page.getByRole('button', { name: 'Add to group' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByText('5 selected')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByText('5 selected')).toHaveCount(0);
});

test('[GRP-1] [GRP-2] a group is renamed, deleting asks, its contacts stay, and undo brings it back', async ({
  page,
  folder,
}) => {
  await importPeople(page, folder);
  await page.goto('/groups');
  await page.getByRole('button', { name: 'More for Fair' }).click();
  await page.getByRole('menuitem', { name: 'Rename' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('Expo');
  await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();
  await expect(page.getByRole('link', { name: 'Expo' })).toBeVisible();

  await page.getByRole('button', { name: 'More for Expo' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await expect(page.getByRole('alertdialog')).toContainText('Its 300 contacts stay in your contacts.');
  await page.getByRole('button', { name: 'Delete group' }).click();
  await expect(page.getByRole('link', { name: 'Expo' })).toHaveCount(0);
  await page.getByRole('status').getByText('Expo deleted').locator('..').getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByRole('listitem').filter({ hasText: 'Expo' })).toContainText('300 contacts');
  expect(await contactTotal(page)).toBe(PEOPLE);
});

test('[GRP-3] [GRP-4] in a group: searched, one taken out, one entered, and Send opens with the group', async ({
  page,
  folder,
}) => {
  await importPeople(page, folder);
  await page.goto('/groups');
  await page.getByRole('link', { name: 'Fair' }).click();
  await page.getByRole('searchbox', { name: 'Search in this group' }).fill('Person 007');
  await row(page, 0).getByRole('checkbox').click();
  await page.getByRole('button', { name: 'Remove from this group' }).click();
  await expect(page.getByText('1 contact removed from Fair')).toBeVisible();
  await page.getByRole('button', { name: 'Clear', exact: true }).click();
  await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', String(PEOPLE));
  await addContact(page, { name: 'Newcomer', email: 'newcomer@example.com' });
  await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', String(PEOPLE + 1));
  const send = page.getByRole('link', { name: 'Send message' });
  // The composer takes the group out of the address as soon as the draft has it.
  await expect(send).toHaveAttribute('href', /^\/messages\/new\?group=[0-9a-f]{16}$/);
  await send.click();
  await page.waitForURL(/\/messages\/new/);
});

test('[IMP-13] exported from a group, by what is selected, and all; a file brought back changes nothing of whom it has', async ({
  page,
  folder,
}) => {
  const list = join(folder, 'visitors.csv');
  await writeFile(
    list,
    'Name,Phone,Email\nAna Lima,+8613800138000,ana@example.com\n王芳,+8613800138001,\n-1+1,+8613800138002,\n',
  );
  await page.goto('/contacts');
  await importFile(page, list, { group: 'Fair' });
  await page.goto('/contacts');
  await addContact(page, { name: 'Olga Malá', email: 'olga@example.com' });

  const exported = async (act: RegExp, format: string): Promise<string> => {
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(format).check();
    const downloading = page.waitForEvent('download');
    await dialog.getByRole('button', { name: act }).click();
    const download = await downloading;
    const path = join(folder, download.suggestedFilename());
    await download.saveAs(path);
    await dialog.waitFor({ state: 'detached' });
    return path;
  };

  await page.getByRole('button', { name: 'More', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Export' }).click();
  const all = await exported(/^Export 4 contacts$/, 'CSV');
  expect(all).toMatch(/contacts-\d{4}-\d{2}-\d{2}\.csv$/);
  const text = await readFile(all, 'utf8');
  expect(text).toContain(`"'-1+1",+8613800138002`);
  expect(text).toContain('Olga Malá');

  await page.goto('/groups');
  await page.getByRole('link', { name: 'Fair' }).click();
  await page.getByRole('button', { name: /^More/ }).first().click();
  await page.getByRole('menuitem', { name: 'Export' }).click();
  const group = await exported(/^Export 3 contacts$/, 'Excel workbook');
  expect(group).toMatch(/Fair-\d{4}-\d{2}-\d{2}\.xlsx$/);

  await page.goto('/contacts');
  await page.getByRole('gridcell', { name: 'Ana Lima', exact: true }).click();
  await page.keyboard.press('Escape');
  await page
    .getByRole('row', { name: /Ana Lima/ })
    .getByRole('checkbox')
    .check();
  await page.getByRole('region', { name: 'Selected contacts' }).getByRole('button', { name: 'Export' }).click();
  const card = await readFile(await exported(/^Export 1 contact$/, 'vCard'), 'utf8');
  expect(card).toContain('FN:Ana Lima\r\n');
  expect(card.match(/BEGIN:VCARD/g)).toHaveLength(1);

  // Olga alone joins the group, and is said to have agreed.
  for (const { file, changed } of [
    { file: all, changed: 1 },
    { file: group, changed: 0 },
  ]) {
    await startCheck(page, file);
    await page.getByRole('heading', { name: 'This is what will happen' }).waitFor();
    expect(await figureOf(page, 'New')).toBe(0);
    expect(await figureOf(page, 'Changed')).toBe(changed);
  }
});

test('[CON-13] possible duplicates are listed, merged with a choice, and taken apart from the history', async ({
  page,
}) => {
  await page.goto('/contacts');
  await addContact(page, { name: 'Ana Lima', phone: '+5511987654321', userId: 'U1' });
  await addContact(page, { name: 'Ana L.', email: 'ana@example.com', userId: 'U2' });
  await page.getByRole('gridcell', { name: 'Ana L.', exact: true }).click();
  await page.getByRole('complementary').getByRole('button', { name: 'Edit', exact: true }).click();
  await page.getByRole('dialog').getByLabel('Phone', { exact: true }).fill('+5511987654321');
  await page.getByRole('dialog').getByRole('button', { name: 'Save changes' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });

  await page.goto('/contacts/duplicates');
  await expect(page.getByRole('list', { name: /^Contacts like/ }).getByRole('listitem')).toHaveCount(2);
  await page.getByRole('button', { name: 'Merge', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Ana L.', { exact: true }).check();
  await dialog.getByRole('button', { name: 'Merge', exact: true }).click();
  await page.getByText('2 contacts merged').waitFor();
  await page.getByText('No possible duplicates').waitFor();
  await page.goto('/contacts');
  expect(await contactTotal(page)).toBe(1);

  await page.getByRole('gridcell', { name: 'Ana L.', exact: true }).click();
  const panel = page.getByRole('complementary');
  await expect(panel).toContainText('ana@example.com');
  await expect(panel).toContainText('U1');
  await panel.getByRole('button', { name: 'Undo merge' }).click();
  await page.getByText('Two contacts again').waitFor();
  expect(await contactTotal(page)).toBe(2);
});
