/** The import wizard as a person meets it: bad files, going back, giving up, templates, cells from the clipboard. */
import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import {
  addContact,
  chooseGroup,
  contactTotal,
  figureOf,
  importFile,
  startCheck,
  writeImport,
} from '../builders/pages.ts';
import { aloneTest as test, expect } from '../builders/spec.ts';

const LIST = 'Name,Phone,Email\nAnna,+447911123001,anna@example.com\nBen,+447911123002,\nCarl,12,\n';

// The relay serves the app.
test.beforeEach(({ relay }) => {
  expect(relay.url).toMatch(/^http/);
});

async function give(page: Page, name: string, content: string | Buffer): Promise<void> {
  await page
    .locator('input[type=file]')
    .setInputFiles({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(content) });
}

test('[IMP-1] a file that cannot be read says what is wrong, and another may follow', async ({ page }) => {
  await page.goto('/import');
  await give(page, 'empty.csv', '');
  await expect(page.getByRole('alert')).toContainText('The file is empty.');
  await give(page, 'headings.csv', 'Name,Phone\n');
  await expect(page.getByRole('alert')).toContainText('There are headings but no rows');
  await give(page, 'broken.xlsx', Buffer.concat([Buffer.from('PK\u0003\u0004'), Buffer.alloc(400, 7)]));
  await expect(page.getByRole('alert')).toContainText('The workbook is damaged');
  await give(
    page,
    'picture.csv',
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0, 1, 2, 3]),
  );
  await expect(page.getByRole('alert')).toContainText('does not hold a table');
  await give(page, 'list.csv', LIST);
  await expect(page.getByRole('heading', { name: 'Does it read well?' })).toBeVisible();
});

test('[IMP-1] cells pasted anywhere on the page are a file', async ({ page }) => {
  await page.goto('/import');
  await page.getByRole('heading', { name: 'Which list do you want to bring in?' }).waitFor();
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.setData('text/plain', 'Name\tEmail\nAnna\tanna@example.com\nBen\tben@example.com\n');
    document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true }));
  });
  await expect(page.getByRole('region', { name: 'First rows of the file' })).toContainText('ben@example.com');
});

test('[IMP-2] templates in both languages need no matching, and their examples are right', async ({ page, folder }) => {
  test.setTimeout(60_000);
  await page.goto('/import');
  for (const name of ['English · CSV', 'English · XLSX', 'Chinese · CSV', 'Chinese · XLSX']) {
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name }).click()]);
    const file = join(folder, `template.${name.endsWith('CSV') ? 'csv' : 'xlsx'}`);
    await download.saveAs(file);
    await page.locator('input[type=file]').setInputFiles(file);
    await page.getByRole('heading', { name: 'Does it read well?' }).waitFor();
    await page.getByRole('button', { name: 'Next', exact: true }).click();
    await expect(page.getByText('Known by its heading').first()).toBeVisible();
    await expect(page.getByText('Not recognised')).toHaveCount(0);
    await startCheck(page, file, { group: 'Fair' });
    await page.getByRole('heading', { name: 'This is what will happen' }).waitFor();
    expect(await figureOf(page, 'New'), name).toBe(3);
    expect(await figureOf(page, 'Errors'), name).toBe(0);
    await page.getByRole('button', { name: 'Cancel import' }).click();
  }
});

test('[IMP-6] going back is safe: answers stay, other answers give other figures, errors are said by cell', async ({
  page,
  folder,
}) => {
  const file = join(folder, 'list.csv');
  await writeFile(file, LIST);
  await page.goto('/contacts');
  await startCheck(page, file, { group: 'Fair', country: 'GB' });
  await page.getByRole('heading', { name: 'This is what will happen' }).waitFor();
  expect(await figureOf(page, 'New')).toBe(2);
  expect(await figureOf(page, 'Errors')).toBe(1);
  await page.getByRole('button', { name: /^Errors/ }).click();
  await expect(page.getByRole('complementary', { name: /^Errors/ })).toContainText('Row 4');
  await expect(page.getByRole('complementary', { name: /^Errors/ })).toContainText('Too short for a phone number');
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'Change the answers' }).click();
  await expect(page.getByLabel('Yes, they agreed')).toBeChecked();
  await page.getByRole('switch', { name: /Only change contacts/ }).check();
  await page.getByRole('button', { name: 'Check the file' }).click();
  await page.getByRole('heading', { name: 'This is what will happen' }).waitFor();
  expect(await figureOf(page, 'New')).toBe(0);
  expect(await figureOf(page, 'Ignored')).toBe(2);
});

test('[IMP-6] who came meanwhile in another tab changes the figures, and they are shown again first', async ({
  page,
  folder,
}) => {
  const file = join(folder, 'list.csv');
  await writeFile(file, LIST);
  await page.goto('/contacts');
  await startCheck(page, file, { group: 'Fair', country: 'GB' });
  await page.getByRole('heading', { name: 'This is what will happen' }).waitFor();
  expect(await figureOf(page, 'New')).toBe(2);

  const other = await page.context().newPage();
  await other.goto('/contacts');
  await addContact(other, { name: 'Ben', phone: '+447911123002' });
  await other.close();

  await page.getByRole('button', { name: 'Import 2 contacts' }).click();
  await expect(page.getByText('The contacts changed while you were looking.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'New: 1 row. Show it' })).toBeVisible();
  expect(await writeImport(page)).toBe(2);
  expect(await contactTotal(page)).toBe(2);
});

test('[IMP-9] a cancelled import leaves nothing, not even the group it would have made', async ({ page, folder }) => {
  const file = join(folder, 'list.csv');
  await writeFile(file, LIST);
  await page.goto('/contacts');
  await startCheck(page, file, { group: 'Fair', country: 'GB' });
  await page.getByRole('heading', { name: 'This is what will happen' }).waitFor();
  await page.getByRole('button', { name: 'Cancel import' }).click();
  await expect(page.getByText('Import cancelled. Nothing was written.')).toBeVisible();
  expect(await contactTotal(page)).toBe(0);
  await expect(page.getByText('waits for your word')).toHaveCount(0);
  await page.goto('/groups');
  await expect(page.getByRole('link', { name: 'Fair' })).toHaveCount(0);
});

test('[IMP-9] a reload finds the checked import again, and it can be written', async ({ page, folder }) => {
  const file = join(folder, 'list.csv');
  await writeFile(file, LIST);
  await page.goto('/contacts');
  await startCheck(page, file, { group: 'Fair', country: 'GB' });
  await page.getByRole('heading', { name: 'This is what will happen' }).waitFor();
  await page.reload();
  expect(await writeImport(page)).toBe(2);
  expect(await contactTotal(page)).toBe(2);
});

test('[IMP-12] [IMP-10] the same people into another group: nothing changes but where they are', async ({
  page,
  folder,
}) => {
  const file = join(folder, 'list.csv');
  await writeFile(file, LIST);
  await page.goto('/contacts');
  await importFile(page, file, { group: 'Fair', country: 'GB' });
  await startCheck(page, file, { group: 'Hall 4', country: 'GB' });
  await page.getByRole('heading', { name: 'This is what will happen' }).waitFor();
  expect(await figureOf(page, 'New')).toBe(0);
  expect(await figureOf(page, 'Changed')).toBe(0);
  expect(await figureOf(page, 'Unchanged')).toBe(2);
  await writeImport(page);
  await page.goto('/groups');
  for (const group of ['Fair', 'Hall 4'])
    await expect(page.getByRole('listitem').filter({ hasText: group })).toContainText('2 contacts');
});

test('[IMP-10] no group or no word on consent: the check does not begin and says why', async ({ page }) => {
  await page.goto('/import');
  await give(page, 'list.csv', LIST);
  await page.getByRole('heading', { name: 'Does it read well?' }).waitFor();
  await page.getByRole('button', { name: 'Next', exact: true }).click();
  await page.getByRole('button', { name: 'Next', exact: true }).click();
  await page.getByRole('button', { name: 'Check the file' }).click();
  await expect(page.getByText('Choose or create a group.')).toBeVisible();
  await expect(page.getByText('Say whether these people agreed.')).toBeVisible();
  await chooseGroup(page, page.getByRole('combobox', { name: /Into which groups/ }), 'Fair');
  await expect(page.getByText('Choose or create a group.')).toHaveCount(0);
});

test('[APP-5] a file that the system opens with the app is in the wizard, the next one too', async ({ page }) => {
  // The system's part: the browser hands over what it was launched with.
  await page.addInitScript(() => {
    type Consumer = (params: { files: { getFile: () => Promise<File> }[] }) => void;
    let consumer: Consumer | undefined;
    const launch = (name: string, text: string) =>
      consumer?.({ files: [{ getFile: () => Promise.resolve(new File([text], name, { type: 'text/csv' })) }] });
    Object.assign(globalThis, { launch });
    Object.defineProperty(globalThis, 'launchQueue', {
      value: {
        setConsumer(next: Consumer) {
          const isFirst = consumer === undefined;
          consumer = next;
          if (isFirst) launch('visitors.csv', 'Name,Email\nAnna,anna@example.com\n');
        },
      },
    });
  });
  await page.goto('/import');
  const rows = page.getByRole('region', { name: 'First rows of the file' });
  await expect(rows).toContainText('anna@example.com');
  await page.evaluate(() => {
    (globalThis as unknown as { launch: (name: string, text: string) => void }).launch(
      'guests.csv',
      'Name,Email\nBen,ben@example.com\n',
    );
  });
  await expect(rows).toContainText('ben@example.com');

  const manifest = (await (await page.request.get('/manifest.webmanifest')).json()) as {
    file_handlers: { action: string; accept: Record<string, string[]> }[];
  };
  expect(manifest.file_handlers[0]?.action).toBe('/import');
  expect(Object.values(manifest.file_handlers[0]?.accept ?? {}).flat()).toEqual(
    expect.arrayContaining(['.csv', '.xlsx']),
  );
});

test('[IMP-1] [IMP-7] files given together come one after the other, by the same answers; an error is mended in place', async ({
  page,
}) => {
  await page.goto('/import');
  const list = (name: string, text: string) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });
  await page
    .locator('input[type=file]')
    .setInputFiles([
      list('spring.csv', 'Name,Phone,Status\nAnna,+447911123001,gold\nBen,12,gold\n'),
      list('summer.csv', 'Name,Phone,Status\nCarl,+447911123003,gold\n'),
    ]);
  await expect(page.getByText('File 1 of 2: spring.csv')).toBeVisible();
  await page.getByRole('button', { name: 'Next', exact: true }).click();
  await page.getByLabel('What “gold” means for Status').selectOption('Active');
  await page.getByRole('button', { name: 'Next', exact: true }).click();
  await chooseGroup(page, page.getByRole('combobox', { name: /Into which groups/ }), 'Fair');
  await page.getByLabel('Yes, they agreed').check();
  await page.getByRole('button', { name: 'Check the file' }).click();
  await page.getByRole('button', { name: /^Errors/ }).click();
  const errors = page.getByRole('complementary', { name: /^Errors/ });
  await errors.getByLabel('Phone').fill('+447911123002');
  await errors.getByRole('button', { name: 'Check again with 1 change' }).click();
  await expect(page.getByRole('button', { name: 'New: 2 rows. Show them' })).toBeVisible();
  await page.keyboard.press('Escape');
  expect(await writeImport(page)).toBe(2);

  await page.getByRole('button', { name: 'Go on with summer.csv' }).click();
  await expect(page.getByText('File 2 of 2: summer.csv')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'How should they be brought in?' })).toBeVisible();
  await expect(page.getByLabel('Yes, they agreed')).toBeChecked();
  await page.getByRole('button', { name: 'Check the file' }).click();
  expect(await writeImport(page)).toBe(1);
  expect(await contactTotal(page)).toBe(3);
});
