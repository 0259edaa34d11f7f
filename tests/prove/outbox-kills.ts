/**
 * Messages queued without a network leave while the browser is killed again and again and the line is bad: requests
 * lost, answers lost, 500 before and after the relay's work. At the end the relay has each message, once.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from '@playwright/test';
import type { FeedAnswer, MessageAnswer } from '#protocol/api';
import { openBrowser } from '../builders/browser.ts';
import { startFaultProxy } from '../builders/fault-proxy.ts';
import { multiplyOutbox, waitingMessages } from '../builders/device-storage.ts';
import { claimRelay, importFile, sendMessage } from '../builders/pages.ts';
import { between, createRandom } from '../builders/random.ts';
import { startRelay, temporaryFolder } from '../builders/relay-process.ts';
import { createOutboxFaults, KILL_MOMENTS, type KillMoment, type OutboxFaults } from './outbox-faults.ts';
import { judgeOutbox, type OutboxEnd } from './outbox-kills-verdict.ts';
import { startProviderStandIn, type ProviderStandIn } from './provider-stand-in.ts';

export interface OutboxKillsOptions {
  readonly kills: number;
  readonly messages: number;
  readonly seed: number;
  readonly root?: string;
}

const KILL_LIMIT_MS = 30_000;
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
    const sent = await multiplyOutbox(browser.page, messages);

    const faults = createOutboxFaults(random);
    proxy.decide(faults.fateOf);
    const killed = new Map<KillMoment, number>(KILL_MOMENTS.map((moment) => [moment, 0]));
    for (let count = 0; count < kills; count += 1) {
      const moment = KILL_MOMENTS[count % KILL_MOMENTS.length] ?? 'anywhere';
      // A message takes three requests and one `complete`; a fifth of the messages is left after the last kill.
      const share = (messages / kills) * 0.8 * (moment === 'anywhere' ? 3 : 1);
      const reached = faults.reach(moment, Math.ceil(between(random, 0, share)));
      await browser.page.goto(`${proxy.url}/messages`);
      if (await isWithin(reached, KILL_LIMIT_MS)) killed.set(moment, (killed.get(moment) ?? 0) + 1);
      if (moment === 'anywhere') await sleep(between(random, 0, 30));
      await browser.kill();
      browser = await openBrowser(profile);
    }
    await browser.page.goto(`${proxy.url}/messages`);
    const end = await endOf(browser.page, sent, standIn, () => proxy.decide(() => 'none'));
    return {
      problems: [...judgeOutbox(end), ...judgeRun(faults, killed, kills, messages)],
      summary: `${String(messages)} messages, ${told(killed)} kills, ${told(faults.met().atComplete)} at complete, ${String(faults.met().elsewhere)} faults elsewhere`,
    };
  } finally {
    await browser.close().catch(() => undefined);
    await proxy.close();
    await relay.stop().catch(() => undefined);
    await standIn.stop();
    await folder.remove();
  }
}

/** A run whose faults and kills missed what they were meant for proves nothing, and says so. */
function judgeRun(
  faults: OutboxFaults,
  killed: ReadonlyMap<KillMoment, number>,
  kills: number,
  messages: number,
): readonly string[] {
  const problems: string[] = [];
  const inside = sum(killed.values());
  if (inside < kills)
    problems.push(`only ${String(inside)} of ${String(kills)} kills fell while messages were leaving`);
  const { atComplete } = faults.met();
  const met = sum(atComplete.values());
  if (met < messages / 8) problems.push(`only ${String(met)} faults met complete`);
  for (const [fault, count] of atComplete) if (count === 0) problems.push(`no ${fault} met complete`);
  return problems;
}

/** Waits until the outbox is empty and the relay has sent all on; what each of them says then. */
async function endOf(
  page: Page,
  sent: readonly string[],
  standIn: ProviderStandIn,
  mendLine: () => void,
): Promise<OutboxEnd> {
  const deadline = Date.now() + END_LIMIT_MS;
  while ((await waitingMessages(page)).length > 0 && Date.now() < deadline) await sleep(500);
  const waiting = new Set(await waitingMessages(page));
  mendLine();
  for (;;) {
    const accepted = await acceptedAtRelay(page);
    const unended = new Set<string>();
    for (const key of sent.filter((each) => !accepted.has(each) && !waiting.has(each)))
      if (await isTakenWhole(page, key)) unended.add(key);
    if (unended.size === 0 || Date.now() > deadline) {
      const effects = sum((await standIn.effects()).values());
      return { sent, waiting, accepted, unended, effects };
    }
    await sleep(500);
  }
}

/** By message, from the relay's whole feed. */
async function acceptedAtRelay(page: Page): Promise<ReadonlyMap<string, number>> {
  const accepted = new Map<string, number>();
  for (let cursor = 0; ;) {
    const feed = await ask<FeedAnswer>(page, `/api/receipts?after=${String(cursor)}&limit=2000`);
    if (feed === undefined || feed.items.length === 0) return accepted;
    for (const { message, state } of feed.items)
      if (state === 'accepted') accepted.set(message, (accepted.get(message) ?? 0) + 1);
    cursor = feed.cursor;
  }
}

async function isTakenWhole(page: Page, key: string): Promise<boolean> {
  const message = await ask<MessageAnswer>(page, `/api/messages/${key}`);
  return message !== undefined && message.state !== 'receiving';
}

/** Undefined: the relay has no such thing. */
async function ask<Answer>(page: Page, path: string): Promise<Answer | undefined> {
  const answer = await page.request.get(new URL(path, page.url()).href);
  if (answer.status() === 404) return undefined;
  if (answer.status() === 429) return sleep(1_000).then(() => ask(page, path));
  if (!answer.ok()) throw new Error(`the relay answered ${String(answer.status())}`);
  return (await answer.json()) as Answer;
}

function createWebhookChannel(page: Page, channel: ProviderStandIn['channel']): Promise<void> {
  return page.evaluate(async (request) => {
    const answer = await fetch('/api/channels', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request),
    });
    if (!answer.ok) throw new Error(`channel: ${String(answer.status)}`);
  }, channel);
}

/** Aborted timers would keep the process, so the loser of the race is let go. */
async function isWithin(event: Promise<void>, limitMs: number): Promise<boolean> {
  const timer = new AbortController();
  const late = sleep(limitMs, false, { signal: timer.signal }).catch(() => false);
  const inTime = await Promise.race([event.then(() => true), late]);
  timer.abort();
  return inTime;
}

function sum(counts: Iterable<number>): number {
  return [...counts].reduce((total, count) => total + count, 0);
}

function told(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([name, count]) => `${String(count)} ${name}`).join(' + ');
}
