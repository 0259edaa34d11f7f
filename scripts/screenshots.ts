/**
 * Takes the pictures of `docs/pictures` and of the manifest (`static/screenshots`): `npm run build && npm run
 * screenshots`. The built app against a real relay, with invented people; only the channel is made without the page,
 * and a stand-in plays the provider. Run by hand when pages look different; the files are kept in the repository.
 */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { openBrowser } from '../tests/builders/browser.ts';
import { chooseGroup, claimRelay, importFile, sendMessage } from '../tests/builders/pages.ts';
import { ROOT, startRelay, temporaryFolder } from '../tests/builders/relay-process.ts';
import { startWebhook, type WebhookStandIn } from '../tests/stand-ins/start.ts';
import { findChromium } from './chromium.mjs';
import { inventPeople, peopleToCsv } from './screenshot-people.ts';

const SECRET = `whsec_${Buffer.from('thirty-two bytes for the pictures').toString('base64')}`;
const PICTURES = join(ROOT, 'docs/pictures');
/** Where `static/manifest.webmanifest` looks for them, in the sizes that it names. */
const SCREENSHOTS = join(ROOT, 'static/screenshots');
const WIDE = { width: 1440, height: 900 };
const NARROW = { width: 390, height: 844 };
const CHANNEL = 'Event SMS';

const [expo, vip] = ['Expo 2026', 'VIP Shanghai'];
const INVITATION = 'Hello {{name|friend}}, coffee on Thursday? Hall 4, stand B12.';
const REMINDER = 'Dear {{name|guest}}, dinner is at 19:30 at the Bund. A car waits for you at the north gate.';

if (!existsSync(join(ROOT, 'build/index.html'))) throw new Error('The app is not built. First: npm run build');
process.env['CHROMIUM_PATH'] = await findChromium();
await mkdir(PICTURES, { recursive: true });
await mkdir(SCREENSHOTS, { recursive: true });

const folder = await temporaryFolder('screenshots');
const receiver = await startWebhook({ secret: SECRET });
const relay = await startRelay({ data: join(folder.path, 'data') });
const browser = await openBrowser(join(folder.path, 'profile'));
try {
  const { page } = browser;
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await page.goto(`${relay.url}/contacts`);
  await claimRelay(page, relay.claimToken ?? '', 'Expo team', 'Ana');
  const callbackUrl = await createChannel(page, receiver);
  for (const { group, people } of inventPeople()) {
    const file = join(folder.path, `${group}.csv`);
    await writeFile(file, peopleToCsv(people));
    await importFile(page, file, { group });
  }
  await sendAndReport(page, receiver, callbackUrl);
  await takeMessage(page);
  await takeComposer(page);
  await takeContacts(page);
} finally {
  await browser.close();
  await relay.stop();
  await receiver.stop();
  await folder.remove();
}

/** By the relay's own interface; answers where receipts are called back. */
async function createChannel(page: Page, { url }: WebhookStandIn): Promise<string> {
  const answer = await page.request.post(`${relay.url}/api/channels`, {
    data: {
      code: 'eventsms',
      name: CHANNEL,
      platform: 'http-webhook',
      settings: { url: `${url}/messages`, addressField: 'phone' },
      credentials: { signingSecret: SECRET },
    },
    headers: { origin: relay.url },
  });
  expect(answer.ok(), await answer.text()).toBe(true);
  // The device learns of it.
  await page.goto(`${relay.url}/settings/channels`);
  await expect(page.getByRole('main').getByText(CHANNEL).first()).toBeVisible();
  const { channels } = (await (await page.request.get(`${relay.url}/api/channels`)).json()) as {
    channels: readonly { readonly callbackUrl?: string }[];
  };
  return channels[0]?.callbackUrl ?? '';
}

/** The invitation goes out; most phones confirm it, a few do not. */
async function sendAndReport(page: Page, standIn: WebhookStandIn, callbackUrl: string): Promise<void> {
  const count = await sendMessage(page, { group: expo, channel: CHANNEL, text: INVITATION });
  await expect.poll(async () => (await standIn.figures()).effects, { timeout: 60_000 }).toBe(count);
  const lines = await standIn.journal();
  const failedAddresses = lines.filter((_, index) => index % 25 === 3).map(({ address }) => address);
  await standIn.tell({ report: { url: callbackUrl, failedAddresses } });
  const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
  await expect
    .poll(async () => (await page.request.get(`${relay.url}/api/messages/${id}`)).json(), { timeout: 60_000 })
    .toMatchObject({ state: 'sent', figures: { delivered: count - failedAddresses.length, queued: 0 } });
  await expect(page.getByRole('main')).toContainText(String(count - failedAddresses.length), { timeout: 30_000 });
}

async function takeMessage(page: Page): Promise<void> {
  await page.reload();
  await page.getByRole('main').getByText('Delivered').first().waitFor();
  await take(page, 'docs', 'message-wide', WIDE);
}

async function takeComposer(page: Page): Promise<void> {
  await page.setViewportSize(WIDE);
  await page.goto(`${relay.url}/messages/new`);
  await chooseGroup(page, page.getByRole('combobox', { name: /Groups/ }), vip);
  await page.getByLabel('Text', { exact: true }).fill(REMINDER);
  await page.getByRole('button', { name: /^Send to \d+ people$/ }).waitFor();
  // The form and the preview stand side by side only where there is room.
  await page.setViewportSize(NARROW);
  await page.getByText('Preview', { exact: true }).click();
  await take(page, 'docs', 'compose-narrow', NARROW);
}

async function takeContacts(page: Page): Promise<void> {
  await page.setViewportSize(WIDE);
  await openContacts(page, 'Contacts');
  await take(page, 'static', 'contacts-wide', WIDE);
  await take(page, 'static', 'contacts-narrow', NARROW);
  await page.setViewportSize(WIDE);
  await page.locator('[data-row="4"]').getByRole('gridcell').nth(1).click();
  await page.getByRole('complementary').first().waitFor();
  await take(page, 'docs', 'contacts-wide', WIDE);

  await page.evaluate(() => {
    localStorage.setItem('fieldcast.theme', 'dark');
    localStorage.setItem('PARAGLIDE_LOCALE', 'zh-CN');
  });
  await openContacts(page, '联系人');
  await take(page, 'docs', 'contacts-dark-zh', WIDE);
}

async function openContacts(page: Page, heading: string): Promise<void> {
  await page.goto(`${relay.url}/contacts`);
  await page.getByRole('heading', { name: heading, level: 1 }).waitFor();
  await page.locator('[data-row="0"]').waitFor();
}

/** Once the page has come to rest: fonts there, no toast, nothing under the pointer. */
async function take(
  page: Page,
  place: 'docs' | 'static',
  name: string,
  size: { readonly width: number; readonly height: number },
): Promise<void> {
  await page.setViewportSize(size);
  await page.mouse.move(0, 0);
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  await expect(page.getByRole('status').getByRole('button')).toHaveCount(0, { timeout: 15_000 });
  await page.waitForTimeout(600);
  const path = join(place === 'docs' ? PICTURES : SCREENSHOTS, `${name}.png`);
  await page.screenshot({ path, caret: 'hide', animations: 'disabled', scale: 'css' });
  console.log(path.slice(ROOT.length + 1));
}
