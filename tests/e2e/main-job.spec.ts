/**
 * The main job as a marketer does it: a messy list comes in, one message goes to it by email and one by SMS, and the
 * page says who got it. The verdict on what was sent is in the mail server's and the SMS stand-in's journals.
 */
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { claimRelay, figureOf, sendMessage, startCheck, writeImport } from '../builders/pages.ts';
import { expect, test } from '../builders/spec.ts';
import { writeMessyCsv, writeMessyWorkbook } from '../builders/messy-list.ts';
import { startSmtp, startTencent } from '../stand-ins/start.ts';

const SECRETS = { secretId: 'AKIDofATest', secretKey: 'secret-key-of-a-test' };

test('[IMP-6] [MSG-6] [STA-2] a messy list, an email and an SMS: counts agree from file to provider', async ({
  page,
  relay,
  line,
  folder,
}) => {
  const smtp = await startSmtp({});
  const sms = await startTencent({ ...SECRETS, sdkAppId: '1400000001', order: { delayMs: [1, 10] } });
  try {
    await page.goto('/contacts');
    await claimRelay(page, relay.claimToken ?? '');

    const csv = join(folder, 'shops.csv');
    const list = await writeMessyCsv(csv, 4_840);
    expect(list.rows).toBeGreaterThanOrEqual(5_000);
    await startCheck(page, csv, { group: 'Expo', country: 'CN' });
    await page.getByRole('heading', { name: 'This is what will happen' }).waitFor({ timeout: 60_000 });
    expect(await figureOf(page, 'New')).toBe(list.people);
    expect(await figureOf(page, 'Twice in the file')).toBe(list.doubles);
    expect(await figureOf(page, 'Errors')).toBe(list.wrong);
    await writeImport(page);

    const workbook = join(folder, 'shops.xlsx');
    const sheet = await writeMessyWorkbook(workbook, 200);
    await startCheck(page, workbook, { group: 'Workbook', country: 'CN' });
    await page.getByRole('heading', { name: 'This is what will happen' }).waitFor({ timeout: 60_000 });
    // The same people as in the first 200 of the list: nobody is new, everybody joins the group.
    expect(await figureOf(page, 'New')).toBe(0);
    expect(await figureOf(page, 'Unchanged')).toBe(sheet.people);
    await writeImport(page);

    await createChannel(page, {
      code: 'mail',
      name: 'Mail',
      platform: 'smtp',
      settings: {
        host: '127.0.0.1',
        port: String(smtp.port),
        encryption: 'none',
        from: 'shop@example.com',
        fromName: 'Shop',
      },
      credentials: {},
    });
    await createChannel(page, {
      code: 'sms',
      name: 'SMS',
      platform: 'tencent-sms',
      settings: { sdkAppId: '1400000001', signName: 'Fieldcast', region: 'ap-guangzhou', endpoint: sms.url },
      credentials: SECRETS,
    });
    await page.reload();

    const mails = await sendMessage(page, {
      group: 'Expo',
      channel: 'Mail',
      subject: 'Hello {{name|friend}}',
      text: 'See you at the fair, {{name|friend}}.',
    });
    expect(mails).toBe(list.withEmail);
    await expectFinished(page, mails);
    const texts = await sendMessage(page, {
      group: 'Expo',
      channel: 'SMS',
      template: { id: '449739', text: '{1}, see you at the fair', places: ['{{name|friend}}'] },
    });
    expect(texts).toBe(list.withPhone);
    await expectFinished(page, texts);

    const mailed = (await smtp.journal()).filter((entry) => entry.event === 'answered').map((entry) => entry.address);
    expect(mailed.length).toBe(list.withEmail);
    expect(new Set(mailed).size).toBe(list.withEmail);
    const called = (await sms.journal()).filter((entry) => entry.event === 'answered').map((entry) => entry.address);
    expect(called.length).toBe(list.withPhone);
    expect(new Set(called).size).toBe(list.withPhone);
    expect((await sms.journal()).filter((entry) => entry.event === 'denied')).toEqual([]);

    // Receipts: the provider reports to the relay's callback, shuffled and twice; the page follows by itself.
    const callback = await callbackOf(page, 'sms');
    await sms.tell({
      report: { url: callback.replace(line.url, relay.url), doubled: true, failedNumbers: called.slice(0, 5) },
    });
    await expect(page.getByRole('main')).toContainText(`${(texts - 5).toLocaleString('en')}`, { timeout: 30_000 });
    const relayView = (await (await page.request.get('/api/messages')).json()) as {
      messages: { figures: Record<string, number>; effective: number }[];
    };
    const smsView = relayView.messages.find((message) => message.effective === texts);
    expect(smsView?.figures['delivered']).toBe(texts - 5);
    expect(smsView?.figures['failed']).toBe(5);

    // One of them: the text to that number, and each receipt of it (CON-12).
    await page.goto('/contacts');
    await page.getByRole('searchbox').fill(called[100] ?? '');
    await page
      .getByRole('row')
      .filter({ hasText: (called[100] ?? '').slice(-4) })
      .first()
      .click();
    const messages = page.getByRole('region', { name: 'Messages', exact: true });
    await expect(messages.getByRole('link', { name: /see you at the fair/ })).toBeVisible();
    await expect(messages.getByText('Delivered', { exact: true })).toBeVisible();
    await expect(messages.getByRole('list', { name: 'Receipts' }).first()).toContainText('Sent');

    await page.goto('/messages');
    await expect(page.getByRole('main')).toContainText(`${texts.toLocaleString('en')}`);
  } finally {
    await smtp.stop();
    await sms.stop();
  }
});

async function createChannel(page: Page, request: object): Promise<void> {
  const answer = await page.request.post('/api/channels', {
    data: request,
    headers: { origin: new URL(page.url()).origin },
  });
  expect(answer.status(), await answer.text()).toBeLessThan(300);
}

async function callbackOf(page: Page, code: string): Promise<string> {
  const answer = (await (await page.request.get('/api/channels')).json()) as {
    channels: { code: string; callbackUrl?: string }[];
  };
  return answer.channels.find((channel) => channel.code === code)?.callbackUrl ?? '';
}

async function expectFinished(page: Page, sent: number): Promise<void> {
  const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
  await expect
    .poll(
      async () =>
        (await (await page.request.get(`/api/messages/${id}`)).json()) as {
          state: string;
          figures: Record<string, number>;
        },
      { timeout: 90_000, intervals: [300] },
    )
    .toMatchObject({ state: 'sent', figures: { sent, failed: 0, unknown: 0, queued: 0 } });
  await expect(page.getByRole('main')).toContainText('Sent', { timeout: 20_000 });
}
