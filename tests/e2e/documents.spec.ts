/**
 * Two browsers of one owner see each other's groups at once. The second one is a copy of the first one's profile, as it
 * was when both were signed in: the relay knows them by the same session.
 */
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { openBrowser } from '../builders/browser.ts';
import { claimRelay } from '../builders/pages.ts';
import { expect, test } from '../builders/spec.ts';
import type { Page } from '@playwright/test';

async function makeGroup(page: Page, name: string): Promise<void> {
  await page
    .getByRole('button', { name: /New group/ })
    .first()
    .click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name', { exact: true }).fill(name);
  await dialog.getByRole('button', { name: 'Create group' }).click();
  await dialog.waitFor({ state: 'detached' });
}

test('[SYN-3] [SYN-6] a group made in one browser is in the other within a second, and what was made offline after it', async ({
  relay,
  line,
  folder,
}) => {
  const first = await openBrowser(join(folder, 'one'));
  await first.page.goto(`${line.url}/contacts`);
  await claimRelay(first.page, relay.claimToken ?? '');
  await first.page.goto(`${line.url}/groups`);
  await first.close();
  await cp(join(folder, 'one'), join(folder, 'two'), { recursive: true });

  const one = await openBrowser(join(folder, 'one'));
  const two = await openBrowser(join(folder, 'two'));
  const violations: string[] = [];
  two.page.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) violations.push(message.text());
  });
  const streams = { one: 0, two: 0 };
  let sockets = 0;
  for (const [name, { page }] of Object.entries({ one, two })) {
    page.on('websocket', () => (sockets += 1));
    page.on('request', (request) => {
      if (request.url().endsWith('/api/events')) streams[name as keyof typeof streams] += 1;
    });
  }
  try {
    await one.page.goto(`${line.url}/groups`);
    await two.page.goto(`${line.url}/groups`);
    await expect.poll(() => streams.one * streams.two).toBeGreaterThan(0);
    // Both have what the relay has.
    expect(sockets).toBe(0);
    await makeGroup(one.page, 'Fair in June');
    await two.page.getByText('Fair in June').first().waitFor({ timeout: 3_000 });

    await makeGroup(two.page, 'Within a second');
    const started = Date.now();
    await one.page.getByText('Within a second').first().waitFor();
    expect(Date.now() - started).toBeLessThan(1_000);

    await two.context.setOffline(true);
    await makeGroup(two.page, 'Made offline');
    await makeGroup(one.page, 'Made meanwhile');
    await two.context.setOffline(false);
    await one.page.getByText('Made offline').first().waitFor({ timeout: 20_000 });
    await two.page.getByText('Made meanwhile').first().waitFor({ timeout: 20_000 });
    expect(violations).toEqual([]);
  } finally {
    await one.close();
    await two.close();
  }
});
