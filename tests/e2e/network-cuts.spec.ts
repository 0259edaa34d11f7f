/** The main job again, with the line cut at each point where it hurts. The receiver's journal has each person once. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import type { Fault, FaultProxy } from '../builders/fault-proxy.ts';
import { claimRelay, contactTotal, importFile, sendMessage } from '../builders/pages.ts';
import type { RelayProcess } from '../builders/relay-process.ts';
import { expect, test } from '../builders/spec.ts';
import { startWebhook, type WebhookStandIn } from '../stand-ins/start.ts';

const SECRET = `whsec_${Buffer.from('a secret of thirty-two bytes, ok').toString('base64')}`;
/** Two parts, and three pages of receipts. */
const PEOPLE = 6_000;
const TEXT = 'Hello {{name|friend}}';

let receiver: WebhookStandIn;
test.beforeEach(async () => {
  receiver = await startWebhook({ secret: SECRET });
});
test.afterEach(async () => {
  await receiver.stop();
});

test('[SYN-1] the network is gone from the start of the visit: import, compose and queue work; the message leaves later, once', async ({
  page,
  relay,
  line,
  folder,
}) => {
  await prepare(page, relay, folder, 'channelOnly');
  line.cut();
  await page.goto('/contacts');
  await importFile(page, await writeList(folder), { group: 'Fair' });
  await sendMessage(page, { group: 'Fair', channel: 'Webhook', text: TEXT });
  await expect(page.getByRole('main')).toContainText(/[Ww]ait/);
  line.mend();
  await expectEachOnce(page);
});

test('[MSG-7] the network goes after the import', async ({ page, relay, line, folder }) => {
  await prepare(page, relay, folder, 'all');
  line.cut();
  await sendMessage(page, { group: 'Fair', channel: 'Webhook', text: TEXT });
  // A reload without a network: the queue is on the device, not in the page.
  await page.goto('/contacts');
  expect(await contactTotal(page)).toBe(PEOPLE);
  line.mend();
  await expectEachOnce(page);
});

const CUTS: readonly {
  readonly when: string;
  readonly path: RegExp;
  readonly method: string;
  readonly fault: Fault;
  readonly occurrence: number;
}[] = [
  {
    when: 'after Send, before the first byte',
    path: /^\/api\/messages$/,
    method: 'POST',
    fault: 'lostRequest',
    occurrence: 1,
  },
  { when: 'in mid-upload', path: /\/parts\/1$/, method: 'PUT', fault: 'halfUpload', occurrence: 1 },
  {
    when: "after the relay's commit, before its answer",
    path: /\/complete$/,
    method: 'POST',
    fault: 'lostAnswer',
    occurrence: 1,
  },
  { when: 'in mid-receipts', path: /^\/api\/receipts$/, method: 'GET', fault: 'lostAnswer', occurrence: 2 },
];

for (const { when, path, method, fault, occurrence } of CUTS) {
  test(`[MSG-7] the line is cut ${when}`, async ({ page, relay, line, folder }) => {
    await prepare(page, relay, folder, 'all');
    const met = cutOnce(line, path, method, fault, occurrence);
    await sendMessage(page, { group: 'Fair', channel: 'Webhook', text: TEXT });
    await expect.poll(() => met(), { timeout: 30_000 }).toBe(true);
    await page.waitForTimeout(500);
    line.mend();
    await expectEachOnce(page);
  });
}

/** At the n-th such request the fault happens, and then the line is gone until it is mended. */
function cutOnce(line: FaultProxy, path: RegExp, method: string, fault: Fault, occurrence: number): () => boolean {
  let seen = 0;
  let met = false;
  line.decide((request) => {
    if (met || request.method !== method || !path.test(request.path)) return 'none';
    seen += 1;
    if (seen < occurrence) return 'none';
    met = true;
    // After the fault itself has run its course.
    setTimeout(() => line.cut(), 150);
    return fault;
  });
  return () => met;
}

async function prepare(page: Page, relay: RelayProcess, folder: string, what: 'channelOnly' | 'all'): Promise<void> {
  await page.goto('/contacts');
  await claimRelay(page, relay.claimToken ?? '');
  const answer = await page.request.post('/api/channels', {
    data: {
      code: 'hook',
      name: 'Webhook',
      platform: 'http-webhook',
      settings: { url: `${receiver.url}/messages`, addressField: 'phone' },
      credentials: { signingSecret: SECRET },
    },
    headers: { origin: new URL(page.url()).origin },
  });
  expect(answer.ok(), await answer.text()).toBe(true);
  // The device learns the channel, the service worker the app.
  await page.goto('/settings/channels');
  await expect(page.getByRole('main').getByText('Webhook').first()).toBeVisible();
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  if (what === 'all') await importFile(page, await writeList(folder), { group: 'Fair' });
}

async function writeList(folder: string): Promise<string> {
  const file = join(folder, 'fair.csv');
  const rows = Array.from(
    { length: PEOPLE },
    (_, index) => `Person ${String(index)},+86139${String(index).padStart(8, '0')}`,
  );
  await writeFile(file, `Name,Phone\n${rows.join('\n')}\n`);
  return file;
}

async function expectEachOnce(page: Page): Promise<void> {
  await expect.poll(async () => (await receiver.figures()).effects, { timeout: 90_000, intervals: [300] }).toBe(PEOPLE);
  await page.goto('/messages');
  await expect(page.getByRole('main')).toContainText(PEOPLE.toLocaleString('en'), { timeout: 30_000 });
  // Its state: a column of figures has the same name.
  await expect(page.getByRole('gridcell', { name: 'Sent', exact: true }).first()).toBeVisible({ timeout: 60_000 });
  const lines = await receiver.journal();
  expect(new Set(lines.map((entry) => entry.address)).size).toBe(PEOPLE);
  expect(lines.length).toBe(PEOPLE);
  expect(await receiver.figures()).toMatchObject({ effects: PEOPLE, forged: 0 });
  const { messages } = (await (await page.request.get('/api/messages')).json()) as { messages: readonly unknown[] };
  expect(messages.length).toBe(1);
}
