/** One member, two devices: what one saves reaches the other, through the relay, without a tap. */
import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import { addContact, claimRelay, contactTotal, importFile } from '../builders/pages.ts';
import { buildCsv } from '../builders/csv.ts';
import { expect, test } from '../builders/spec.ts';

test('[SYN-1] [SYN-3] [SYN-9] a workspace begun alone is shared, joined by a link, and edited on both devices', async ({
  page,
  relay,
  folder,
  browser,
}) => {
  // Begun alone: contacts and a group before anybody claims the relay.
  await page.goto('/contacts');
  const file = join(folder, 'customers.csv');
  await writeFile(file, await buildCsv({ rows: 5_000, seed: 5, doubles: 0 }).file.bytes());
  await importFile(page, file, { group: 'Fair', country: 'CN' });
  await claimRelay(page, relay.claimToken ?? '');
  await page.goto('/contacts');
  await expect(page.getByRole('button', { name: 'Shared with the team' })).toBeVisible({ timeout: 30_000 });

  await page.goto('/settings/relay');
  await page.getByRole('button', { name: 'Connect another device' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('img', { name: 'QR code of the link' })).toBeVisible();
  const link = (await dialog.locator('code').innerText()).trim();

  const second = await browser.newContext({ locale: 'en-GB' });
  try {
    const other = await second.newPage();
    await other.goto(link);
    await other.getByRole('button', { name: 'Sign in' }).click();
    await other.waitForURL('**/contacts');
    await expect.poll(() => contactTotal(other), { timeout: 30_000 }).toBe(5_000);
    await other.goto('/groups');
    await expect(other.getByText('Fair')).toBeVisible({ timeout: 10_000 });

    // Both edit; each sees the other's.
    await other.goto('/contacts');
    await addContact(other, { name: 'Ana Lima', phone: '+5511987654321' });
    await page.goto('/contacts');
    await expect.poll(() => contactTotal(page), { timeout: 15_000 }).toBe(5_001);
    await addContact(page, { name: 'Jana Nováková', phone: '+420777123456' });
    await expect(other.getByText('Jana Nováková')).toHaveCount(0);
    await other.getByRole('searchbox').fill('Nováková');
    await expect(other.getByText('Jana Nováková').first()).toBeVisible({ timeout: 15_000 });

    // Offline on one, the other goes on; they meet again without loss.
    await second.setOffline(true);
    await other.getByRole('searchbox').fill('');
    await addContact(other, { name: 'Olga Malá', phone: '+420777000111' });
    await addContact(page, { name: 'Petr Svoboda', phone: '+420777000222' });
    await second.setOffline(false);
    await expect.poll(() => contactTotal(page), { timeout: 30_000 }).toBe(5_004);
    await expect.poll(() => contactTotal(other), { timeout: 30_000 }).toBe(5_004);
  } finally {
    await second.close();
  }
});
