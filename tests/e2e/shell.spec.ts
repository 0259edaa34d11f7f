/** What holds on every page: updates on the user's word alone, languages and themes, the keyboard, no refused content. */
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { aloneTest, expect, test } from '../builders/spec.ts';

test('[APP-1] a new version is offered, and taken only when someone says so', async ({ page, relay, context }) => {
  const site = await serveWithNewerWorker(relay.url);
  try {
    await page.goto(`${site.url}/settings`);
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
    const other = await context.newPage();
    await other.goto(`${site.url}/groups`);
    await other.getByRole('heading', { level: 1 }).waitFor();

    site.release();
    await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.update());
    await page.getByText('A new version is ready').waitFor();
    const opened = await page.evaluate(() => performance.timeOrigin);
    await page.getByRole('link', { name: 'Contacts' }).click();
    await page.getByRole('heading', { name: 'Contacts', level: 1 }).waitFor();
    expect(await page.evaluate(() => performance.timeOrigin)).toBe(opened);

    await page.getByRole('button', { name: 'Reload' }).click();
    await expect.poll(() => page.evaluate(() => performance.timeOrigin).catch(() => opened)).not.toBe(opened);
    await other.getByText('Another tab opened a new version').waitFor();
    const otherOpened = await other.evaluate(() => performance.timeOrigin);
    await other.getByRole('link', { name: 'Messages' }).click();
    await other.getByRole('heading', { name: 'Messages', level: 1 }).waitFor();
    expect(await other.evaluate(() => performance.timeOrigin)).not.toBe(otherOpened);
  } finally {
    await site.close();
  }
});

aloneTest(
  '[APP-3] the language changes in place and stays, in words, `lang` and other tabs',
  async ({ page, context, relay }) => {
    expect(relay.url).toContain('http');
    await page.goto('/settings/general');
    const other = await context.newPage();
    await other.goto('/groups');
    await page.getByLabel('Language').selectOption('zh-CN');
    await page.getByRole('heading', { name: '通用', level: 1 }).waitFor();
    await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
    await other.getByRole('heading', { name: '用户组', level: 1 }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: '通用', level: 1 }).waitFor();
  },
);

aloneTest('[APP-3] a chosen theme holds before the first paint', async ({ page, relay }) => {
  expect(relay.url).toContain('http');
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto('/settings/general');
  await page.getByText('Dark', { exact: true }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.addInitScript(() => {
    // Runs before any script of the page; the answer is taken when the body begins.
    new MutationObserver((_, observer) => {
      if (document.body === null) return;
      (globalThis as { themeAtBody?: string | undefined }).themeAtBody = document.documentElement.dataset['theme'];
      observer.disconnect();
    }).observe(document, { childList: true, subtree: true });
  });
  await page.reload();
  expect(await page.evaluate(() => (globalThis as { themeAtBody?: string }).themeAtBody)).toBe('dark');
});

aloneTest('[APP-3] the keyboard finds, goes and comes back; letters can be switched off', async ({ page, relay }) => {
  expect(relay.url).toContain('http');
  await page.goto('/contacts');
  await page.getByRole('heading', { name: 'Contacts', level: 1 }).waitFor();
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').getByRole('combobox').waitFor();
  await page.keyboard.type('sett');
  await page.getByRole('option', { name: 'Settings' }).waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL('**/settings');
  // The new page's name has the focus: the next Tab starts there.
  await expect(page.locator('h1')).toBeFocused();
  await page.keyboard.press('g');
  await page.keyboard.press('g');
  await page.waitForURL('**/groups');
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);

  await page.goto('/settings/general');
  await page.getByRole('switch', { name: /Single-key shortcuts/ }).uncheck();
  await page.locator('h1').focus();
  await page.keyboard.press('?');
  await page.waitForTimeout(400);
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('[APP-1] no page asks for anything that its own policy refuses', async ({ page, relay }) => {
  expect(relay.url).toContain('http');
  const refused: string[] = [];
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) refused.push(message.text().slice(0, 200));
  });
  for (const route of [
    '/contacts',
    '/groups',
    '/messages',
    '/messages/new',
    '/import',
    '/settings',
    '/settings/channels/new',
  ]) {
    await page.goto(route);
    await page.getByRole('heading').first().waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    // By the page's own links too: only then does the router say the new page's name.
    await page.getByRole('link', { name: 'Settings' }).first().click();
    await page.waitForURL('**/settings');
  }
  expect(refused).toEqual([]);
});

/** The relay behind one more hop, which after `release` serves a service worker that differs in a byte. */
async function serveWithNewerWorker(relayUrl: string) {
  let isNewer = false;
  const server: Server = createServer((incoming, outgoing) => {
    const url = new URL(incoming.url ?? '/', relayUrl);
    // Asked for anew: a "not changed" could not be changed.
    delete incoming.headers['if-none-match'];
    const forwarded = request(url, {
      method: incoming.method,
      headers: { ...incoming.headers, host: url.host, 'accept-encoding': 'identity' },
    });
    forwarded.on('response', (answer) => {
      const { 'content-length': length, etag, ...headers } = answer.headers;
      const changes = isNewer && url.pathname === '/service-worker.js';
      outgoing.writeHead(
        answer.statusCode ?? 502,
        changes ? headers : { ...headers, ...(length && { 'content-length': length }), ...(etag && { etag }) },
      );
      answer.on('data', (chunk) => outgoing.write(chunk));
      answer.on('end', () => outgoing.end(changes ? '\n// newer' : undefined));
    });
    forwarded.on('error', () => outgoing.destroy());
    incoming.pipe(forwarded);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    release: () => {
      isNewer = true;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
