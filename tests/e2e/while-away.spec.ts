/** What the others do while a device is away reaches it when it comes back, also past a relay that began anew or is older. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { addContact, claimRelay, contactTotal, importFile, sendMessage } from '../builders/pages.ts';
import { startRelay } from '../builders/relay-process.ts';
import { expect, test } from '../builders/spec.ts';
import { startWebhook } from '../stand-ins/start.ts';

const SECRET = `whsec_${Buffer.from('a secret of thirty-two bytes, ok').toString('base64')}`;
const PEOPLE = 20;
/** Receipts come for as long as it takes to leave. */
const PER_SECOND = 2;

const shared = (page: Page) => page.getByRole('button', { name: 'Shared with the team' });

test('[SYN-1] [SYN-3] an entry, a receipt, a channel and a group of meanwhile all arrive, from the same relay and from one started anew', async ({
  page,
  context,
  relay,
  line,
  folder,
  browser,
}) => {
  const receiver = await startWebhook({ secret: SECRET });
  const away = await browser.newContext({ locale: 'en-GB' });
  try {
    await page.goto('/contacts');
    await claimRelay(page, relay.claimToken ?? '');
    const asOwner = { headers: { origin: new URL(page.url()).origin } };
    const makeChannel = async (code: string, name: string) => {
      const settings = { url: `${receiver.url}/messages`, addressField: 'phone' };
      const data = { code, name, platform: 'http-webhook', settings, perSecond: PER_SECOND };
      const made = await context.request.post(`${line.url}/api/channels`, {
        ...asOwner,
        data: { ...data, credentials: { signingSecret: SECRET } },
      });
      expect(made.ok()).toBe(true);
    };
    await makeChannel('hook', 'Webhook');
    const link = await context.request.post(`${line.url}/api/links`, asOwner);
    const { token } = (await link.json()) as { token: string };
    const other = await away.newPage();
    await other.goto(`${line.url}/sign-in#${token}`);
    await other.getByRole('button', { name: 'Sign in' }).click();
    await other.waitForURL('**/contacts');
    const file = join(folder, 'fair.csv');
    const rows = Array.from({ length: PEOPLE }, (_, at) => `Person ${String(at)},+86139${String(at).padStart(8, '0')}`);
    await writeFile(file, `Name,Phone\n${rows.join('\n')}\n`);
    await importFile(other, file, { group: 'Fair', country: 'CN' });
    await expect.poll(() => contactTotal(page), { timeout: 40_000 }).toBe(PEOPLE);
    await other.goto(`${line.url}/settings/channels`);
    await expect(other.getByRole('main').getByText('Webhook').first()).toBeVisible();

    // Leaves while its message is on its way.
    await sendMessage(other, { group: 'Fair', channel: 'Webhook', text: 'Hello {{name}}' });
    await expect.poll(async () => (await receiver.figures()).effects, { timeout: 20_000 }).toBeGreaterThan(0);
    await away.setOffline(true);
    await meanwhile('one');
    await expect.poll(async () => (await receiver.figures()).effects, { timeout: 30_000 }).toBe(PEOPLE);
    await away.setOffline(false);
    await expectAll(PEOPLE + 1, 'one');
    await other.goto(`${line.url}/messages`);
    // Its state: a column of figures has the same name.
    await expect(other.getByRole('gridcell', { name: 'Sent', exact: true })).toBeVisible({ timeout: 15_000 });

    await away.setOffline(true);
    await meanwhile('two');
    await relay.stop();
    const again = await startRelay({ data: `${folder}/data`, env: { FIELDCAST_URL: line.url } });
    line.pointTo(again.url);
    try {
      await away.setOffline(false);
      await expectAll(PEOPLE + 2, 'two');
    } finally {
      await again.stop();
    }

    async function meanwhile(name: string): Promise<void> {
      await makeChannel(`hook${name}`, `Channel ${name}`);
      await page.goto('/contacts');
      await addContact(page, { name: `Ana ${name}`, userId: `ana-${name}` });
      await page.goto('/groups');
      await page
        .getByRole('button', { name: /New group/ })
        .first()
        .click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Name', { exact: true }).fill(`Group ${name}`);
      await dialog.getByRole('button', { name: 'Create group' }).click();
      await dialog.waitFor({ state: 'detached' });
      await expect(shared(page)).toBeVisible({ timeout: 20_000 });
    }

    async function expectAll(contacts: number, name: string): Promise<void> {
      await expect.poll(() => contactTotal(other), { timeout: 30_000 }).toBe(contacts);
      await other.goto(`${line.url}/groups`);
      await expect(other.getByText(`Group ${name}`).first()).toBeVisible({ timeout: 20_000 });
      await other.goto(`${line.url}/settings/channels`);
      await expect(other.getByRole('main').getByText(`Channel ${name}`).first()).toBeVisible({ timeout: 20_000 });
    }
  } finally {
    await away.close();
    await receiver.stop();
  }
});

test.describe('the stream', () => {
  test.use({ serviceWorkers: 'block' });

  test('[SYN-3] a device that has nothing to say itself hears of an entry of meanwhile by the stream’s first word', async ({
    page,
    context,
    relay,
    line,
    browser,
  }) => {
    const away = await browser.newContext({ locale: 'en-GB', serviceWorkers: 'block' });
    try {
      await page.goto('/contacts');
      await claimRelay(page, relay.claimToken ?? '');
      const asOwner = { headers: { origin: new URL(page.url()).origin } };
      const { token } = (await (await context.request.post(`${line.url}/api/links`, asOwner)).json()) as {
        token: string;
      };
      const other = await away.newPage();
      await other.goto(`${line.url}/sign-in#${token}`);
      await other.getByRole('button', { name: 'Sign in' }).click();
      await other.waitForURL('**/contacts');
      await expect(shared(other)).toBeVisible();
      await other.goto('about:blank');
      await page.goto('/contacts');
      await addContact(page, { name: 'Ana Lima', userId: 'ana' });
      await expect(shared(page)).toBeVisible();
      await other.goto(`${line.url}/contacts`);
      await expect(other.getByText('Ana Lima').first()).toBeVisible({ timeout: 30_000 });
    } finally {
      await away.close();
    }
  });

  test('[SYN-3] a stream that is cut right after its first word is opened anew at once', async ({
    page,
    relay,
    line,
  }) => {
    let opened = 0;
    line.decide(({ path }) => {
      opened += path === '/api/events' ? 1 : 0;
      return 'none';
    });
    await page.clock.install();
    await page.goto('/contacts');
    await claimRelay(page, relay.claimToken ?? '');
    await expect(shared(page)).toBeVisible();
    const before = opened;
    // The clock goes on while it is told to stop, and does not go back.
    await expect(async () => {
      await page.clock.pauseAt(await page.evaluate(() => Date.now() + 100));
    }).toPass();
    line.cut();
    line.mend();
    // Of the page's own time it takes next to nothing.
    await expect
      .poll(async () => {
        await page.clock.runFor(10);
        return opened;
      })
      .toBe(before + 1);
  });
});
