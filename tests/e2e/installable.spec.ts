/** Installability by Chromium's own judgement, and a cold start without a network on every route. */
import { join } from 'node:path';
import { openBrowser } from '../builders/browser.ts';
import { expect, test } from '../builders/spec.ts';

const ROUTES = [
  '/contacts',
  '/import',
  '/groups',
  '/groups/0000000000000000',
  '/messages',
  '/messages/new',
  '/settings',
  '/settings/channels',
  '/settings/device',
  '/settings/relay',
  '/claim',
  '/sign-in',
];

test('[APP-1] no installability error; offline from a cold browser every route starts', async ({
  relay,
  line,
  folder,
}) => {
  expect(relay.url).toContain('http');
  const profile = join(folder, 'profile');
  let browser = await openBrowser(profile);
  await browser.page.goto(`${line.url}/contacts`);
  await browser.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  const session = await browser.context.newCDPSession(browser.page);
  const { installabilityErrors } = (await session.send('Page.getInstallabilityErrors')) as {
    installabilityErrors: readonly unknown[];
  };
  expect(installabilityErrors).toEqual([]);
  // Everything is in the cache once the worker is active.
  await expect
    .poll(() => browser.page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.active?.state))
    .toBe('activated');
  await browser.close();

  line.cut();
  browser = await openBrowser(profile);
  for (const route of ROUTES) {
    await browser.page.goto(`${line.url}${route}`);
    await expect(browser.page.getByRole('main'), route).toBeVisible({ timeout: 15_000 });
    await expect(browser.page.getByRole('heading').first(), route).toBeVisible({ timeout: 15_000 });
  }
  await browser.close();
});
