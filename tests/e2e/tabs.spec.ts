/** Three tabs of one browser: one of them has the connections (decision 0016), whatever becomes of it. */
import type { BrowserContext, Page } from '@playwright/test';
import { createDocumentDevice } from '../builders/document-device.ts';
import type { FaultProxy } from '../builders/fault-proxy.ts';
import { addContact, claimRelay, contactTotal } from '../builders/pages.ts';
import { expect, test } from '../builders/spec.ts';

/** The document is the relay's: nobody has written in it since the stream began. */
const IDLE = { streams: 1, sockets: 0 };
const WRITING = { streams: 1, sockets: 1 };
// Which tab has the connections is no matter of the service worker's.
test.use({ serviceWorkers: 'block' });

/** Four pings, and what a busy machine takes. */
const STOLEN_WITHIN_MS = 30_000;

interface Tab {
  readonly page: Page;
  /** Requests of it so far that only the owner makes. */
  readonly carried: () => { readonly streams: number; readonly pushes: number };
}

function watched(page: Page): Tab {
  const counts = { streams: 0, pushes: 0 };
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (pathname === '/api/events') counts.streams += 1;
    if (pathname === '/api/log' && request.method() === 'POST') counts.pushes += 1;
  });
  return { page, carried: () => ({ ...counts }) };
}

/** The first of them has the connections. */
async function openThree(
  context: BrowserContext,
  first: Page,
  line: FaultProxy,
  token: string,
): Promise<[Tab, Tab, Tab]> {
  const tabs = [watched(first)];
  await first.goto('/contacts');
  await claimRelay(first, token);
  await first.goto('/contacts');
  await expect.poll(line.lasting).toEqual(IDLE);
  for (let more = 0; more < 2; more += 1) {
    const page = await context.newPage();
    tabs.push(watched(page));
    await page.goto('/contacts');
    await expectShared(page);
  }
  await expect.poll(line.lasting).toEqual(IDLE);
  return tabs as [Tab, Tab, Tab];
}

const expectShared = (page: Page) =>
  expect(page.getByRole('button', { name: 'Shared with the team' })).toBeVisible({ timeout: 20_000 });

/** Headless pages are all visible: this one is told that it is not. */
const turn = (page: Page, state: 'visible' | 'hidden') =>
  page.evaluate((next) => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => next });
    document.dispatchEvent(new Event('visibilitychange'));
  }, state);

/** Names, as another device of the session reads them. */
async function groupsAtRelay(context: BrowserContext, url: string): Promise<unknown[]> {
  const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
  const session = await context.request.get(`${url}/api/session`);
  const { actor } = (await session.json()) as { actor: { workspace: string } };
  const device = createDocumentDevice(url, cookie, actor.workspace);
  await device.isShared();
  device.disconnect();
  return Object.values(device.map.toJSON());
}

test('[SYN-3] three tabs have one stream and at most one socket; what a follower writes the owner shares; hidden, it hands over', async ({
  page,
  context,
  relay,
  line,
}) => {
  const [one, two, three] = await openThree(context, page, line, relay.claimToken ?? '');
  await addContact(two.page, { name: 'Ana Lima', phone: '+5511987654321' });
  await expectShared(two.page);
  await expect.poll(() => one.carried().pushes).toBeGreaterThan(0);
  expect([two, three].map(({ carried }) => carried())).toEqual([
    { streams: 0, pushes: 0 },
    { streams: 0, pushes: 0 },
  ]);
  await expect(three.page.getByText('Ana Lima').first()).toBeVisible();

  // A group made in a follower goes through the owner's socket to the relay.
  await three.page.goto('/groups');
  await three.page
    .getByRole('button', { name: /New group/ })
    .first()
    .click();
  const dialog = three.page.getByRole('dialog');
  await dialog.getByLabel('Name', { exact: true }).fill('Fair in June');
  await dialog.getByRole('button', { name: 'Create group' }).click();
  await dialog.waitFor({ state: 'detached' });
  await expect.poll(() => groupsAtRelay(context, line.url)).toContain('Fair in June');
  await expect.poll(line.lasting).toEqual(WRITING);

  const before = [two, three].map(({ carried }) => carried().streams);
  await turn(one.page, 'hidden');
  await expect.poll(() => [two, three].map(({ carried }) => carried().streams)).not.toEqual(before);
  await expect.poll(line.lasting).toEqual(IDLE);
  const pushed = one.carried().pushes;
  await addContact(one.page, { name: 'Jana Nováková', phone: '+420777123456' });
  await expectShared(one.page);
  expect(one.carried().pushes).toBe(pushed);

  // Nobody looks: it is kept, and goes on.
  await turn(two.page, 'hidden');
  await turn(three.page, 'hidden');
  await addContact(one.page, { name: 'Petr Svoboda', phone: '+420777000222' });
  await expectShared(one.page);
  expect(line.lasting()).toEqual(IDLE);
});

test('[SYN-3] closed or crashed, the owner is followed by another tab within seconds', async ({
  page,
  context,
  relay,
  line,
}) => {
  const [one, two, three] = await openThree(context, page, line, relay.claimToken ?? '');
  await one.page.close();
  await expect.poll(() => two.carried().streams + three.carried().streams, { timeout: 10_000 }).toBeGreaterThan(0);
  await expect.poll(line.lasting).toEqual(IDLE);
  const [owner, other] = two.carried().streams > 0 ? [two, three] : [three, two];
  const protocol = await context.newCDPSession(owner.page);
  const crashed = owner.page.waitForEvent('crash');
  protocol.send('Page.crash').catch(() => undefined);
  await crashed;
  await expect.poll(() => other.carried().streams, { timeout: 10_000 }).toBeGreaterThan(0);
  await expect.poll(line.lasting).toEqual(IDLE);
  await addContact(other.page, { name: 'Ana Lima', phone: '+5511987654321' });
  await expectShared(other.page);
});

test('[SYN-3] an owner that does not answer loses the connection to a tab that somebody looks at, and does no harm awake', async ({
  page,
  context,
  relay,
  line,
}) => {
  const [one, two, three] = await openThree(context, page, line, relay.claimToken ?? '');
  const busy = one.page.evaluate(() => {
    const end = Date.now() + 20_000;
    while (Date.now() < end);
  });
  await expect
    .poll(() => two.carried().streams + three.carried().streams, { timeout: STOLEN_WITHIN_MS })
    .toBeGreaterThan(0);
  await addContact(two.page, { name: 'Ana Lima', phone: '+5511987654321' });
  await expectShared(two.page);
  await busy;
  await expect.poll(line.lasting, { timeout: 20_000 }).toEqual(IDLE);
  await expect.poll(() => contactTotal(one.page)).toBe(1);
  await expectShared(one.page);
});
