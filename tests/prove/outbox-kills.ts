/**
 * Messages queued without a network leave while the tab is killed again and again and the line is bad: requests lost,
 * answers lost, 500 before and after the relay's work. At the end the relay has each message once.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from '@playwright/test';
import { openBrowser } from '../builders/browser.ts';
import { startFaultProxy, type Fault } from '../builders/fault-proxy.ts';
import { multiplyOutbox, waitingMessages } from '../builders/device-storage.ts';
import { claimRelay, importFile, sendMessage } from '../builders/pages.ts';
import { between, createRandom } from '../builders/random.ts';
import { startRelay, temporaryFolder } from '../builders/relay-process.ts';
import { startProviderStandIn } from './provider-stand-in.ts';

export interface OutboxKillsOptions {
  readonly kills: number;
  readonly messages: number;
  readonly seed: number;
  readonly root?: string;
}

const FAULTS: readonly Fault[] = ['lostRequest', 'halfUpload', 'lostAnswer', 'errorBefore', 'errorAfter'];
/** Share of requests that meet a fault; with three requests a message about every seventh message meets one. */
const FAULT_SHARE = 0.05;
const END_LIMIT_MS = 300_000;

export async function proveOutboxKills({
  kills,
  messages,
  seed,
  root,
}: OutboxKillsOptions): Promise<{ readonly problems: readonly string[]; readonly summary: string }> {
  const random = createRandom(seed);
  const folder = await temporaryFolder('outbox-kills');
  const standIn = await startProviderStandIn('idempotent', { perSecond: 5_000, delayMs: [0, 5] });
  // The proxy is the origin that the browser knows, so its address must be known to the relay.
  const proxy = await startFaultProxy('http://127.0.0.1:1');
  const relay = await startRelay({
    data: join(folder.path, 'data'),
    env: { FIELDCAST_URL: proxy.url },
    ...(root === undefined ? {} : { root }),
  });
  proxy.pointTo(relay.url);
  const profile = join(folder.path, 'profile');
  let browser = await openBrowser(profile);
  const problems: string[] = [];
  const faults = new Map<Fault, number>();
  try {
    await browser.page.goto(`${proxy.url}/contacts`);
    await claimRelay(browser.page, relay.claimToken ?? '');
    await createWebhookChannel(browser.page, standIn.channel);
    const list = join(folder.path, 'list.csv');
    await writeFile(list, 'Name,Phone\nAna Lima,+8613800138000\n');
    await importFile(browser.page, list, { group: 'Fair' });
    // Once with the network, so that the device knows the channel and the service worker holds the app.
    await browser.page.goto(`${proxy.url}/messages`);
    await browser.page.evaluate(() => navigator.serviceWorker.ready);

    // Chromium writes cookies to disk only every half minute; a kill before that would sign the device out.
    await browser.close();
    browser = await openBrowser(profile);
    await browser.page.goto(`${proxy.url}/messages`);

    proxy.cut();
    // One by hand; the others as copies of what the app itself has put in its outbox.
    await sendMessage(browser.page, { group: 'Fair', channel: standIn.channel.name, text: 'Hello {{name}}' });
    await browser.page.goto('about:blank');
    proxy.mend();
    await browser.page.goto(`${proxy.url}/healthz`);
    await multiplyOutbox(browser.page, messages);
    proxy.decide(({ path }) => {
      if (!path.startsWith('/api/messages') || random() > FAULT_SHARE) return 'none';
      const fault = FAULTS[Math.floor(random() * FAULTS.length)] ?? 'none';
      faults.set(fault, (faults.get(fault) ?? 0) + 1);
      return fault;
    });
    let killsInside = 0;
    for (let count = 0; count < kills; count += 1) {
      await browser.page.goto(`${proxy.url}/messages`).catch(() => undefined);
      await sleep(between(random, 500, 2_500));
      if ((await waitingMessages(browser.page)) > 0) killsInside += 1;
      await browser.kill();
      browser = await openBrowser(profile);
    }
    if (killsInside < kills)
      problems.push(`only ${String(killsInside)} of ${String(kills)} kills fell while messages were leaving`);
    await browser.page.goto(`${proxy.url}/messages`);
    const deadline = Date.now() + END_LIMIT_MS;
    while ((await waitingMessages(browser.page)) > 0 && Date.now() < deadline) await sleep(300);
    const waiting = await waitingMessages(browser.page);
    if (waiting > 0) problems.push(`${String(waiting)} messages still wait`);
    proxy.decide(() => 'none');
    problems.push(...(await countAtProvider(standIn, messages)));
  } finally {
    await browser.close().catch(() => undefined);
    await proxy.close();
    await relay.stop().catch(() => undefined);
    await standIn.stop();
    await folder.remove();
  }
  const met = [...faults].map(([fault, count]) => `${String(count)} ${fault}`).join(', ');
  return { problems, summary: `${String(messages)} messages, ${String(kills)} kills, faults: ${met}` };
}

/** The relay's word may be wrong; the provider's journal has one effect a message. */
async function countAtProvider(
  standIn: Awaited<ReturnType<typeof startProviderStandIn>>,
  messages: number,
): Promise<string[]> {
  const deadline = Date.now() + 30_000;
  let keys = new Set<string>();
  while (Date.now() < deadline) {
    keys = new Set((await standIn.calls()).map((call) => call.key));
    if (keys.size >= messages) break;
    await sleep(300);
  }
  return keys.size === messages ? [] : [`the relay sent ${String(keys.size)} messages instead of ${String(messages)}`];
}

function createWebhookChannel(
  page: Page,
  channel: {
    code: string;
    name: string;
    platform: string;
    settings: Readonly<Record<string, string>>;
    credentials: Readonly<Record<string, string>>;
  },
): Promise<void> {
  return page.evaluate(async (request) => {
    const answer = await fetch('/api/channels', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request),
    });
    if (!answer.ok) throw new Error(`channel: ${String(answer.status)}`);
  }, channel);
}
