import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { claimRelay, contactTotal, importFile } from '../builders/pages.ts';
import { aloneTest, expect, test } from '../builders/spec.ts';

const LIST = 'Name,Phone\nAna Lima,+8613800138000\nLi Na,+8613800138001\nNoah Smith,+8613800138002\n';

async function importList(page: Page, folder: string): Promise<void> {
  const list = join(folder, 'visitors.csv');
  await writeFile(list, LIST);
  await page.goto('/contacts');
  await importFile(page, list, { group: 'Fair' });
}

async function allShared(page: Page): Promise<void> {
  await page.goto('/waiting');
  await expect(page.getByRole('main')).toContainText('Nothing waits', { timeout: 60_000 });
}

async function openContact(page: Page, name: string): Promise<Locator> {
  await page.goto('/contacts');
  await page.getByRole('gridcell', { name, exact: true }).click();
  const panel = page.getByRole('complementary');
  await panel.getByRole('heading', { name: 'History', exact: true }).waitFor();
  return panel;
}

async function rename(page: Page, from: string, to: string): Promise<Locator> {
  const panel = await openContact(page, from);
  await panel.getByRole('button', { name: 'Edit', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name', { exact: true }).fill(to);
  await dialog.getByRole('button', { name: 'Save changes' }).click();
  await dialog.waitFor({ state: 'detached' });
  return panel;
}

aloneTest(
  '[IMP-11] an import is undone: the contact that was edited since stays and is listed; redo brings all back',
  async ({ page, relay, folder }) => {
    expect(relay.claimToken).toBeDefined();
    await importList(page, folder);
    const panel = await rename(page, 'Ana Lima', 'Ana Costa');
    // Both values, and where each is from (CON-12).
    const names = panel.getByRole('listitem').filter({ hasText: 'Ana' });
    await expect(names.filter({ hasText: 'By hand' })).toContainText('Ana Costa');
    await expect(names.filter({ hasText: 'Import visitors.csv' })).toContainText('Ana Lima');

    await page.goto('/import/past');
    await page.getByRole('button', { name: 'Undo import' }).click();
    const kept = page.getByRole('complementary');
    await expect(kept).toContainText('2 contacts went to the bin');
    await kept.getByRole('button', { name: /Ana Costa/ }).click();
    await expect(page.getByRole('complementary')).toContainText('+86 138 0013 8000');
    expect(await contactTotal(page)).toBe(1);

    await page.goto('/import/past');
    await page.getByRole('button', { name: 'Redo import' }).click();
    await page.getByRole('button', { name: 'Undo import' }).waitFor();
    expect(await contactTotal(page)).toBe(3);
    await page.reload();
    expect(await contactTotal(page)).toBe(3);
  },
);

aloneTest(
  '[IMP-11] the outcome of an import offers the undo, which takes its empty group too; the note takes it back',
  async ({ page, relay, folder }) => {
    expect(relay.claimToken).toBeDefined();
    await importList(page, folder);
    await page.getByRole('button', { name: 'Undo this import' }).click();
    await page.getByText('visitors.csv undone', { exact: true }).waitFor();
    await page.goto('/groups');
    await expect(page.getByRole('list', { name: 'List of groups' })).not.toContainText('Fair');
    await page.goto('/import/past');
    await page.getByRole('button', { name: 'Redo import' }).click();
    await page.getByText('visitors.csv is back').waitFor();
    await page.getByRole('status').getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('button', { name: 'Redo import' }).waitFor();
    expect(await contactTotal(page)).toBe(0);
  },
);

aloneTest(
  '[CON-7] one contact is blocked, deleted and brought back, each at once and with its undo',
  async ({ page, relay, folder }) => {
    expect(relay.claimToken).toBeDefined();
    await importList(page, folder);
    const panel = await openContact(page, 'Li Na');
    const act = async (name: string) => {
      await panel.getByRole('button', { name: /^More about/ }).click();
      await page.getByRole('menuitem', { name, exact: true }).click();
    };
    await act('Block');
    await expect(panel).toContainText('Blocked: nothing is sent to this contact');
    await act('Unblock');
    await expect(panel).not.toContainText('Blocked: nothing is sent to this contact');
    await act('Delete contact');
    await page.getByText('Li Na deleted').waitFor();
    await expect(page.getByRole('grid')).not.toContainText('Li Na');
    // The newest note stands last.
    await page.getByRole('status').getByRole('button', { name: 'Undo' }).last().click();
    await expect(page.getByRole('grid')).toContainText('Li Na');
  },
);

test('[SYN-9] what is not shared yet stands in a list, in words, and leaves it once there is a connection', async ({
  page,
  relay,
  line,
  folder,
}) => {
  await page.goto('/contacts');
  await claimRelay(page, relay.claimToken ?? '');
  await importList(page, folder);
  await allShared(page);
  // From here on the service worker answers for the app itself.
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.reload();
  line.cut();
  await rename(page, 'Ana Lima', 'Ana Costa');
  await page.goto('/waiting');
  await expect(page.getByRole('main')).toContainText('Ana Costa: Name');
  line.mend();
  await expect(page.getByRole('main')).toContainText('Nothing waits', { timeout: 60_000 });
});

test('[SYN-9] what the relay refuses is said with its reason, and saved to a file', async ({ page, relay, folder }) => {
  await page.goto('/contacts');
  await claimRelay(page, relay.claimToken ?? '');
  await importList(page, folder);
  await allShared(page);
  await page.route('**/api/log', async (route) => {
    if (route.request().method() !== 'POST') return route.continue();
    const { entries } = route.request().postDataJSON() as { entries: { id: string }[] };
    const results = entries.map(({ id }) => ({ id, result: 'refused', reason: 'role' }));
    const known = (await (await page.request.get('/api/log?after=0')).json()) as { nowMs: number; incarnation: string };
    return route.fulfill({ json: { results, nowMs: known.nowMs, incarnation: known.incarnation } });
  });
  await rename(page, 'Ana Lima', 'Ana Costa');
  await page.goto('/waiting');
  const main = page.getByRole('main');
  await expect(main).toContainText('Your role does not allow this change', { timeout: 30_000 });
  // Called by the name that the team has.
  await expect(main).toContainText('Ana Lima: Name');
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    main.getByRole('button', { name: 'Save to a file' }).click(),
  ]);
  expect(JSON.parse(await readFile(await file.path(), 'utf8'))).toMatchObject([{ refusal: 'role' }]);
  // The screen shows the team's state.
  await expect((await openContact(page, 'Ana Lima')).getByRole('heading', { level: 2 })).toHaveText('Ana Lima');
});
